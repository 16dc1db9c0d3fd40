"""When to poll a feed again: fair and simple.

A feed that answers is polled at its interval, one that fails ever more rarely (doubling, a day at the
most), and nobody sooner than the server asked. Jitter only ever delays (never two feeds in step, never
one early).
"""

from datetime import datetime, timedelta
from typing import Final

BACKOFF_MAX: Final = timedelta(days=1)
JITTER: Final = 0.1
FAILING: Final = 3
"""Failed polls in a row from which a feed counts as failing: fewer are a hiccup."""


def next_poll(
    now: datetime,
    interval: timedelta,
    *,
    errors: int = 0,
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
) -> datetime:
    """The moment of the next poll.

    ``errors`` counts failed polls in a row; ``retry_after`` is what the server asked for (RFC 9110 §10.2.3),
    capped at a day; ``jitter`` is in [0, 1).
    """
    wait = interval
    if errors:
        wait = max(wait, min(interval * 2 ** min(errors, 10), BACKOFF_MAX))
    if retry_after:
        wait = max(wait, min(retry_after, BACKOFF_MAX))
    return now + wait * (1 + JITTER * jitter)
