"""The books and the flow as a picture: records that wait, outcomes, and changes by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from newswire.domain.ledger import OUTCOMES, Balance
from newswire.operations.console.flow import MOST_CHANGES, Flow
from newswire.serve.console.views.words import Tone

HOURS: Final = 24
CHART_HEIGHT: Final = 60
_TONES: Final[dict[str, Tone]] = {"published": "good", "revised": "warn", "withdrawn": "bad", "rejected": "bad"}
_MEANINGS: Final = {
    "published": "new articles",
    "revised": "edits of known articles",
    "unchanged": "nothing new",
    "duplicate": "reprints, linked to their originals",
    "withdrawn": "taken away by their publishers",
    "rejected": "could not be used",
}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One line of the books."""

    word: str
    count: int
    share: float
    """The part of everything that was found, in percent."""
    tone: Tone
    meaning: str
    address: str


@dataclass(frozen=True, slots=True)
class HourBar:
    """The changes of one hour, in the units of the chart."""

    begins: datetime
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The changes of the last day by the hour."""

    bars: tuple[HourBar, ...]
    most: int
    total: int
    last_hour: int
    cut: bool
    """Whether there were more changes than were looked at, so that the first hours lack some."""


def outcome_rows(balance: Balance) -> tuple[OutcomeRow, ...]:
    """The outcomes, and the entries on the way; the counts add up to the number of entries found."""
    found = max(1, balance.found)
    rows = [
        OutcomeRow(
            kind,
            (count := balance.outcomes.get(kind, 0)),
            round(100 * count / found, 1),
            _TONES.get(kind, "plain"),
            _MEANINGS[kind],
            f"/books/entries?outcome={kind}",
        )
        for kind in OUTCOMES
    ]
    waiting = "without an outcome yet"
    share = round(100 * balance.pending / found, 1)
    on_the_way = OutcomeRow("on the way", balance.pending, share, "plain", waiting, "/books/entries?pending=true")
    return (*rows, on_the_way)


def reason_rows(balance: Balance) -> list[tuple[str, int, str]]:
    """Why entries were rejected: reason, count, address of the list; the most frequent first."""
    ordered = sorted(balance.reasons.items(), key=lambda each: (-each[1], each[0]))
    return [
        (reason, count, f"/books/entries?{urlencode({'outcome': 'rejected', 'reason': reason})}")
        for reason, count in ordered
    ]


def verdict(balance: Balance) -> tuple[bool, str]:
    """Whether the books balance, and the sentence that says so."""
    if balance.lost:
        return False, f"{balance.lost} lost: without an outcome, and nowhere in the log."
    accounted = sum(balance.outcomes.values()) + balance.pending
    if balance.found != accounted:
        return False, f"The books do not balance: {balance.found} found, {accounted} accounted for."
    return True, "The books balance."


def chart_of(flow: Flow, now: datetime) -> Chart:
    """The last 24 hours, the present one at the right."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    first = this_hour - timedelta(hours=HOURS - 1)
    counts = [0] * HOURS
    for _, at in flow.changes:
        place = int((at - first).total_seconds() // 3600)
        if place >= 0:
            counts[min(place, HOURS - 1)] += 1  # another machine's clock may be a little ahead
    most = max(counts)
    return Chart(
        bars=tuple(_bars(counts, most, first)),
        most=most,
        total=sum(counts),
        last_hour=sum(1 for _, at in flow.changes if now - at < timedelta(hours=1)),
        cut=len(flow.changes) >= MOST_CHANGES,
    )


def _bars(counts: Sequence[int], most: int, first: datetime) -> list[HourBar]:
    bars = []
    for place, count in enumerate(counts):
        height = max(2, round(CHART_HEIGHT * count / most)) if count else 0
        bars.append(HourBar(first + timedelta(hours=place), count, place * 10, CHART_HEIGHT - height, height))
    return bars
