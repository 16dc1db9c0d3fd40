"""Extraction over archived pages again: what differs first, then the changes."""
