"""Decisions: values in, a value out. No clock, no I/O, no state."""
