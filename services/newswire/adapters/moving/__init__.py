"""Moving to another database: the fence, the copy, the mark."""

from newswire.adapters.moving.movable import DatabaseMovable

__all__ = ["DatabaseMovable"]
