"""One file per step, numbered in order. A released one is never edited."""
