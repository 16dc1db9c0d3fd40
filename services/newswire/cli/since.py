"""The option --since: the time from which on something is printed."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from newswire.errors import UsageError

Since = Annotated[
    str | None, typer.Option(help="From when on: a time (2026-03-01T12:00:00Z) or an age (90s, 15m, 2h, 7d).")
]
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str | None, now: datetime) -> datetime | None:
    """The moment that ``--since`` names. Raises `UsageError` for anything else than a time or an age."""
    if text is None:
        return None
    try:
        if text[-1:] in _UNITS and text[:-1].isdigit():
            return now - timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--since {text!r}: takes a time (2026-03-01T12:00:00Z) or an age (90s, 15m, 2h, 7d)"
        ) from None
