"""`newswire.ports.Erasure` over the database, and over the log where the database holds it."""

from newswire.adapters.erasure.erasure import DatabaseErasure

__all__ = ["DatabaseErasure"]
