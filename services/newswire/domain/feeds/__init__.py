"""Decisions about feeds and their entries: which entries are new, what is missing, how healthy a feed is."""
