"""Erasing the words of purged articles: `DatabaseErasure`, and `ErasureWithPages` where pages are archived."""

from newswire.adapters.erasure.erasure import DatabaseErasure
from newswire.adapters.erasure.pages import ErasureWithPages

__all__ = ["DatabaseErasure", "ErasureWithPages"]
