"""How a host has answered looks at articles that it had: a host that answers 404 to everything is out of order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HALF_LIFE: Final = timedelta(hours=6)
FEW: Final = 2.5
"""So many answers that a page is gone, within some hours, are those of single articles."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Counts of answers, of which half are forgotten in `HALF_LIFE`."""

    there: float = 0.0
    gone: float = 0.0
    at: datetime | None = None
    there_at: datetime | None = None
    """When a page was there for the last time."""


NO_ANSWERS: Final = Answers()


def answered(answers: Answers, at: datetime, *, there: bool) -> Answers:
    """The counts after one more answer."""
    kept = _kept(answers, at)
    return Answers(
        there=answers.there * kept + there,
        gone=answers.gone * kept + (not there),
        at=max(at, answers.at) if answers.at else at,
        there_at=max(filter(None, (answers.there_at, at))) if there else answers.there_at,
    )


def is_out_of_order(answers: Answers) -> bool:
    """Whether pages are gone in such numbers that the host is at fault, not its articles."""
    return answers.gone > FEW and answers.gone > answers.there


def was_there_since(answers: Answers, moment: datetime) -> bool:
    """Whether another page of the host was there after ``moment``."""
    return answers.there_at is not None and answers.there_at > moment


def _kept(answers: Answers, at: datetime) -> float:
    if answers.at is None or at <= answers.at:
        return 1.0
    return float(0.5 ** ((at - answers.at) / HALF_LIFE))
