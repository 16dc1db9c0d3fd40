"""What the next version of an article changed: the words, and whether that is an edit at all."""
