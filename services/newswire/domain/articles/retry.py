"""What to do with a record that failed for a passing reason: wait on which rung, or give up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rung:
    """One retry topic's place on the ladder."""

    number: int
    """Index into `events.RETRIES`."""
    not_before: datetime


def next_rung(
    attempt: int, now: datetime, delays: Sequence[timedelta], *, retry_after: timedelta | None = None
) -> Rung | None:
    """Where the record waits after its ``attempt``-th failure (from 1); None when it has had every chance.

    A record whose server asked for more time than its rung gives goes further up. The wait is exactly
    the rung's delay, so within one topic records fall due in the order they came.
    """
    if attempt > len(delays):
        return None
    number = attempt - 1
    if retry_after is not None:
        patient = (n for n in range(number, len(delays)) if delays[n] >= retry_after)
        number = next(patient, len(delays) - 1)
    return Rung(number, now + delays[number])
