"""A page as blocks of text: read from the tree in one walk, and judged by a small learned classifier."""
