"""newswire: feeds in, a clean, deduplicated, never-lossy wire of news articles out."""

__version__ = "0.1.0"
