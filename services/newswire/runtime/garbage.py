"""Keeps the garbage collector from visiting long-lived objects again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = 5_000
"""New objects, less those that are gone again, that make the collector look: about those of a page. With Python's 700 a
page is looked at while it is worked on, again and again, and its objects end up among the old ones."""


def settle() -> None:
    """Collect once, and leave everything that there is now out of every later collection.

    Called when a service is put together. The objects of its modules live as long as the process, and every full
    collection would look at each of them: in `store` that was a sixth of the CPU time.
    See https://docs.python.org/3/library/gc.html#gc.freeze.

    From then on the collector looks seldom: `_YOUNG`. What is not part of a cycle is freed at once in any case.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)


@contextmanager
def only_keepers() -> Iterator[None]:
    """Collect nothing within, and leave everything that there is at its end out of every later collection.

    For imports, which make objects that live as long as the process. It saves a short command a third of its CPU time:
    the collections of the imports, and those of the interpreter's end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
