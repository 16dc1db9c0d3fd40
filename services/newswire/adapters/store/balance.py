"""The audit's sums, made by the database in one statement: totals of folded lines, and the open lines one by one."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import CompoundSelect, Select, and_, case, func, literal, null, select, union_all

from newswire.adapters.store.folded import corrections, loose_outcomes
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import ledger_totals, outcomes, sightings
from newswire.domain.ledger import OUTCOMES, Balance

OWN: Final = outcomes.alias("own")
FOLLOWED: Final = outcomes.alias("followed")
WITH_OUTCOMES: Final = sightings.outerjoin(OWN, OWN.c.entry_id == sightings.c.entry_id).outerjoin(
    FOLLOWED, FOLLOWED.c.entry_id == sightings.c.follows
)
_SHARED: Final = case((FOLLOWED.c.kind == "rejected", "rejected"), (FOLLOWED.c.kind.is_not(None), "unchanged"))
COUNTED_KIND: Final = func.coalesce(OWN.c.kind, _SHARED)
"""What a sighting is counted by, over `WITH_OUTCOMES`; NULL while it is on its way.

A follower counts by an outcome of its own, should it have one (`poll` died after it was published and found the URL
taken when it came back), else by the followed sighting's.
"""
COUNTED_REASON: Final = func.coalesce(OWN.c.reason, FOLLOWED.c.reason)
WITH_OPEN: Final = sightings.outerjoin(OWN, and_(OWN.c.entry_id == sightings.c.entry_id, OWN.c.folded_as.is_(None)))
"""Open lines with their own outcomes: an open line has an open outcome or none, so all folded ones are left out."""


def tallies() -> CompoundSelect[*tuple[Any, ...]]:
    """Rows of (kind, reason, count): how sightings ended, kind None for pending; and ``unbooked`` and ``folded``.

    The cost follows the open lines. Those that follow another sighting are counted apart: only they need a look at
    outcomes that may be folded.
    """
    folded_into = ledger_totals.c
    loose = loose_outcomes()
    return union_all(
        select(folded_into.kind, func.nullif(folded_into.reason, "").label("reason"), folded_into.n.label("n")),
        select(literal("folded"), null(), func.coalesce(func.sum(folded_into.n), 0)),
        _counted(select(OWN.c.kind, OWN.c.reason).select_from(WITH_OPEN), follows=False),
        _counted(
            select(COUNTED_KIND.label("kind"), COUNTED_REASON.label("reason")).select_from(
                WITH_OPEN.outerjoin(FOLLOWED, FOLLOWED.c.entry_id == sightings.c.follows)
            ),
            follows=True,
        ),
        select(literal("unbooked"), null(), func.count()).select_from(loose).where(loose.c.was.is_(None)),
        *corrections(loose),
    )


def balance_of(rows: Iterable[AnyRow]) -> Balance:
    """The sums of `tallies` as a balance."""
    sums: Counter[str | None] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        sums[row.kind] += int(row.n)
        if row.reason is not None:
            reasons[row.reason] += int(row.n)
    unbooked, folded = sums.pop("unbooked"), sums.pop("folded")
    return Balance(
        found=sums.total(),
        outcomes={kind: sums[kind] for kind in OUTCOMES},
        reasons={reason: count for reason, count in sorted(reasons.items()) if count},
        pending=sums[None],
        unbooked=unbooked,
        folded=folded,
    )


def _counted(lines: Select[*tuple[Any, ...]], *, follows: bool) -> Select[*tuple[Any, ...]]:
    """Count open lines that follow another one, or all others, by kind and by the reason of a rejection."""
    following = sightings.c.follows.is_not(None) if follows else sightings.c.follows.is_(None)
    ended = lines.where(sightings.c.folded_into.is_(None), following).subquery()
    reason = case((ended.c.kind == "rejected", ended.c.reason))
    return select(ended.c.kind, reason.label("reason"), func.count().label("n")).group_by(ended.c.kind, reason)
