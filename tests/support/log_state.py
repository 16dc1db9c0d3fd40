"""Logging as it was before, behind what sets it up within the tests' own process."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def kept_logging() -> Iterator[None]:
    """Undo what the block does to the handlers and levels of the standard library's loggers, and to structlog."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    others = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    levels = [(each, each.level) for each in others]
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for logger, before in levels:
            logger.setLevel(before)
        structlog.reset_defaults()
