"""Drift: a source's pages no longer give what they used to give."""
