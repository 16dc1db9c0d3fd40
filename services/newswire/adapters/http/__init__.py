"""The `Web` port over aiohttp."""

from newswire.adapters.http.web import HttpWeb

__all__ = ["HttpWeb"]
