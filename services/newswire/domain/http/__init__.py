"""The meaning of HTTP headers, as values."""
