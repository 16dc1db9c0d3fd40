"""The audit's sums, made by the database in one statement."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import CompoundSelect, case, exists, func, literal, null, select, union_all

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import outcomes, sightings
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


def tallies() -> CompoundSelect[*tuple[Any, ...]]:
    """Rows of (kind, reason, count): how sightings ended, kind None for pending, and ``unbooked`` at the end."""
    ended = select(COUNTED_KIND.label("kind"), COUNTED_REASON.label("reason")).select_from(WITH_OUTCOMES).subquery()
    reason = case((ended.c.kind == "rejected", ended.c.reason))
    booked = exists().where(sightings.c.entry_id == outcomes.c.entry_id)
    return union_all(
        select(ended.c.kind, reason.label("reason"), func.count().label("n")).group_by(ended.c.kind, reason),
        select(literal("unbooked"), null(), func.count()).select_from(outcomes).where(~booked),
    )


def balance_of(rows: Iterable[AnyRow]) -> Balance:
    """The sums of `tallies` as a balance."""
    sums: Counter[str | None] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        sums[row.kind] += row.n
        if row.reason is not None:
            reasons[row.reason] += row.n
    unbooked = sums.pop("unbooked")
    return Balance(
        found=sums.total(),
        outcomes={kind: sums[kind] for kind in OUTCOMES},
        reasons=dict(sorted(reasons.items())),
        pending=sums[None],
        unbooked=unbooked,
    )
