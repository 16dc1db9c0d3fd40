"""Cursors: a place on the wire, as text that a reader keeps and sends back unread."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

_CURSOR: Final = re.compile(r"([0-9A-Za-z-]{1,36})\.([0-9]{1,18})")

LostWhy = Literal["below-floor", "other-epoch", "above-head"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place behind the change at ``position``; later changes have greater positions.

    ``epoch`` names one numbering of the wire. It changes when a database is restored to an earlier state, because the
    same position may then stand for another change.
    """

    epoch: str
    position: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.position}"


@dataclass(frozen=True, slots=True)
class Range:
    """The part of the wire that can be read: positions greater than ``floor``, up to ``head``, in one epoch."""

    epoch: str
    floor: int
    """The lowest position that a cursor may name: every change behind it is still there."""
    head: int
    """The position of the newest change; equal to ``floor`` where there is none."""
    moved_at: datetime | None = None
    """When the wire was moved to another database, where it goes on; None where it goes on here."""

    @property
    def start(self) -> Cursor:
        """The cursor before the oldest change that is kept."""
        return Cursor(self.epoch, self.floor)

    @property
    def end(self) -> Cursor:
        """The cursor behind the newest change."""
        return Cursor(self.epoch, self.head)


def parse_cursor(text: str) -> Cursor | None:
    """The cursor that ``text`` stands for; None where it is not one."""
    found = _CURSOR.fullmatch(text)
    return Cursor(found[1], int(found[2])) if found else None


def is_over(cursor: Cursor, there_is: Range) -> bool:
    """Whether the change behind ``cursor`` is in another database, to which the wire was moved."""
    return there_is.moved_at is not None and cursor == there_is.end


def lost(cursor: Cursor, there_is: Range) -> LostWhy | None:
    """Why a reader that continues from ``cursor`` could miss a change; None where it misses none.

    A lost cursor is never moved to a place that exists: the reader would miss changes and not know it.
    """
    if cursor.epoch != there_is.epoch:
        return "other-epoch"
    if cursor.position < there_is.floor:
        return "below-floor"
    return "above-head" if cursor.position > there_is.head else None
