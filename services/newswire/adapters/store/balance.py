"""The audit's sums, made by the database in one statement."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CompoundSelect, case, exists, func, literal, null, select, union_all

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import outcomes, sightings
from newswire.domain.ledger import OUTCOMES, Balance


def tallies() -> CompoundSelect[*tuple[Any, ...]]:
    """Rows of (kind, reason, count): how sightings ended, kind None for pending, and ``unbooked`` at the end.

    A follower counts by an outcome of its own, should it have one (`poll` died after it was published
    and found the URL taken when it came back), else by the followed sighting's.
    """
    own, followed = outcomes.alias("own"), outcomes.alias("followed")
    shared = case((followed.c.kind == "rejected", "rejected"), (followed.c.kind.is_not(None), "unchanged"))
    ended = (
        select(
            func.coalesce(own.c.kind, shared).label("kind"),
            func.coalesce(own.c.reason, followed.c.reason).label("reason"),
        )
        .select_from(sightings)
        .outerjoin(own, own.c.entry_id == sightings.c.entry_id)
        .outerjoin(followed, followed.c.entry_id == sightings.c.follows)
        .subquery()
    )
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
