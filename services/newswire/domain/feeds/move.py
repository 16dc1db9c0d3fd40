"""Permanent redirects of feeds: followed at once, adopted only when they have lasted.

A 301 is often a mistake that is mended the next day, or a captive portal's; a feed that was moved by one is lost. What
was subscribed to is polled until the redirect has held for `ADOPT_AFTER` polls over `ADOPT_SPAN` (Feedbin waits for
more than 576 observations for the same reason).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from newswire.domain.feeds.memory import Move

ADOPT_AFTER: Final = 5
ADOPT_SPAN: Final = timedelta(hours=48)
PERMANENT: Final = frozenset({301, 308})


def moving(move: Move | None, redirects: Sequence[tuple[int, str]], now: datetime, *, read: bool) -> Move | None:
    """What is known of a move after a successful poll that was led over ``redirects`` (status, address led to).

    ``read``: the poll brought a document that is a feed, new or known. A 304 goes on with a move that one began,
    and begins none: whatever is old enough answers it to If-Modified-Since.
    One redirect that is not permanent, or a site's front page as the end, and nothing is known any more.
    """
    if not redirects or not permanent(redirects):
        return None
    target = redirects[-1][1]
    if urlsplit(target).path in {"", "/"} and not urlsplit(target).query:
        return None
    if move is not None and move.to == target:
        return Move(target, move.since, move.seen + 1)
    return Move(target, now, 1) if read else None


def permanent(redirects: Sequence[tuple[int, str]]) -> bool:
    """Whether what they lead to stands for the address itself: each says that it is for good, or there is none."""
    return all(status in PERMANENT for status, _ in redirects)


def lasts(move: Move | None, now: datetime) -> bool:
    """Whether the move is to be adopted."""
    return move is not None and move.seen >= ADOPT_AFTER and now - move.since >= ADOPT_SPAN
