"""What became of folded lines after the totals counted them.

The totals never change for a line, and the code that writes outcomes need not know them (an older release does not).
So the rows say by what a line was counted, and the audit adds the difference to what it is now. There are three:

- A rejection gave way to what came of a second try.
- Folded lines followed that one, and have no outcome of their own.
- A folded line that followed another one got an outcome of its own.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, case, exists, func, literal, literal_column, null, or_, select

from newswire.adapters.store.tables import outcomes, sightings

_EMPTY: Final[ColumnElement[str]] = literal_column(
    "''"
)  # a parameter would hide from the database that the index has these very rows
_REJECTED: Final[ColumnElement[str]] = literal_column("'rejected'")
_LED: Final = outcomes.alias("led")


def loose_outcomes() -> CTE:
    """The open outcomes without an open sighting: few.

    ``was`` is NULL where the sighting is not booked. Else it is folded, and follows another one: then ``was`` is the
    reason of the rejection by which it was counted, or empty where it was counted as unchanged.
    """
    open_line = exists().where(sightings.c.entry_id == outcomes.c.entry_id, sightings.c.folded_into.is_(None))
    open_outcome = outcomes.c.folded_as.is_(None)
    few = select(outcomes.c.entry_id, outcomes.c.kind, outcomes.c.reason).where(open_outcome, ~open_line).cte("few")
    # As a value and not as a join: so each of the few is looked up, and no table is read as a whole.
    was = (
        select(_LED.c.folded_as)
        .join(sightings, sightings.c.follows == _LED.c.entry_id)
        .where(sightings.c.entry_id == few.c.entry_id)
        .scalar_subquery()
    )
    return select(few.c.kind, few.c.reason, was.label("was")).cte("loose")


def corrections(loose: CTE) -> Iterator[Select[*tuple[Any, ...]]]:
    """Rows of (kind, reason, count) that turn what folded lines were counted by into what they are."""
    late = loose.c.was.is_not(None)
    yield from _exchanged(loose, _counted_as(loose.c.was), loose.c, late)
    revised = (
        select(outcomes.c.entry_id, outcomes.c.kind, outcomes.c.reason, outcomes.c.folded_as)
        .where(
            outcomes.c.folded_as != _EMPTY,
            or_(outcomes.c.kind != _REJECTED, outcomes.c.reason != outcomes.c.folded_as),
        )
        .cte("revised")
    )
    yield from _exchanged(revised, _counted_as(revised.c.folded_as), revised.c)
    own = exists().where(outcomes.c.entry_id == sightings.c.entry_id)
    shared = case((revised.c.kind == "rejected", "rejected"), else_="unchanged")
    following = (
        select(shared.label("kind"), revised.c.reason, revised.c.folded_as)
        .join(sightings, sightings.c.follows == revised.c.entry_id)
        .where(sightings.c.folded_into.is_not(None), ~own)
        .cte("following")
    )
    yield from _exchanged(following, _counted_as(following.c.folded_as), following.c)


def _counted_as(folded_as: ColumnElement[str]) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return case((folded_as == "", "unchanged"), else_="rejected"), func.nullif(folded_as, "")


def _exchanged(
    lines: CTE,
    was: tuple[ColumnElement[str], ColumnElement[str]],
    now: Any,
    condition: ColumnElement[bool] | None = None,
) -> Iterator[Select[*tuple[Any, ...]]]:
    """Take lines away from what they were counted by, and add them to what they are."""
    is_now = (now.kind, case((now.kind == "rejected", now.reason), else_=null()))
    for (kind, reason), sign in ((was, -1), (is_now, 1)):
        each = select(kind.label("kind"), reason.label("reason"), literal(sign).label("n")).select_from(lines)
        one = (each if condition is None else each.where(condition)).subquery()
        yield select(one.c.kind, one.c.reason, func.sum(one.c.n)).group_by(one.c.kind, one.c.reason)
