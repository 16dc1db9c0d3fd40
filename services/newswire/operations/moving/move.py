"""Move a store, from the look at both ends to the first writer at the new one; or take a move back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from newswire.domain.ledger import Balance
from newswire.domain.moving.mark import MoveMark, MoveState
from newswire.errors import UsageError
from newswire.operations.moving.ends import MoveEnds
from newswire.operations.moving.hand_over import hand_over
from newswire.operations.moving.preflight import check
from newswire.operations.moving.proof import SummedTables, prove
from newswire.operations.search_index import fill_index
from newswire.ports import MovableStore

Tell = Callable[[str], None]
"""Takes a line for people."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made. ``rows`` and ``balance`` are None where an earlier run had proved it."""

    rows: int | None
    records: int
    """Records of the log that this run published to Kafka."""
    balance: Balance | None


async def move(ends: MoveEnds, new_id: Callable[[], UUID], tell: Tell) -> Moved:
    """Move the store, or go on with a move that was interrupted.

    Raises `UsageError` where the move cannot begin, `Stop` where the two ends do not hold the same in the end, and
    `Wait` where one of them is away: the next call goes on.
    """
    source, target = ends.source, ends.target
    step = await check(ends)
    if step == "done":
        raise UsageError(
            f"the move is made already: start with NEWSWIRE_STORE={target.address} NEWSWIRE_BUS={target.bus_address}"
        )
    before = await source.movable.mark("source")
    now = ends.clock.now()
    mark = MoveMark(before.move_id if before else new_id(), "fenced", target.address, target.bus_address, now)
    if step == "fence":
        await source.movable.fence(mark)
        tell(f"fenced: {source.address} takes no writes; a process that works on it ends at its next write")
    moved = Moved(None, 0, None)
    if step != "open":
        moved = await _carried(ends, mark, tell, filled=step == "prove")
        await source.movable.fence(_marked(ends, mark, "moved"))
    await target.movable.lift(_marked(ends, mark, "opened"))
    tell(f"opened: {target.address}")
    await fill_index(target.search_index)
    tell("the search index is filled")
    return moved


async def abort(source: MovableStore, target: MovableStore | None, now: datetime) -> MoveMark:
    """Let writers go on at the source of a move that is not made; a copy in ``target`` is removed.

    Returns the mark that says so. Raises `UsageError` where no move is under way.
    """
    mark = await source.mark("source")
    if mark is None or mark.state == "lifted":
        raise UsageError("no move is under way here: there is nothing to abort")
    if mark.state == "moved":
        raise UsageError(
            f"the move is made, and {mark.store} may have been written to since then: it cannot be aborted. To come "
            "back, move from there to a database with nothing in it"
        )
    if target is not None:
        filled = await target.mark("target")
        if filled is not None and filled.state == "filled" and filled.move_id == mark.move_id:
            await target.empty()
    lifted = replace(mark, state="lifted", at=now)
    await source.lift(lifted)
    return lifted


async def _carried(ends: MoveEnds, mark: MoveMark, tell: Tell, *, filled: bool) -> Moved:
    """Copy, hand the log over, and prove that both ends hold the same."""
    source, target = ends.source, ends.target
    tables = source.movable.tables(with_log=ends.log == "copied")
    summed = SummedTables(source.movable)
    if not filled:
        await target.movable.fill(tables, summed.rows, _marked(ends, mark, "filled"))
        tell(f"copied: {sum(each.rows for each in summed.sums.values())} rows in {len(tables)} tables")
    records = 0
    if ends.log == "handed":
        records = await hand_over(source.bus, target.bus)
        tell(f"handed over: {records} unfinished records to {target.bus_address}")
    proof = await prove(ends, tables, summed.sums)
    tell(f"proved: {proof.rows} rows and the books are the same at both ends")
    return Moved(proof.rows, records, proof.balance)


def _marked(ends: MoveEnds, mark: MoveMark, state: MoveState) -> MoveMark:
    """The next mark, for the end that its state belongs to: it names the other end."""
    marked = replace(mark, state=state, at=ends.clock.now())
    return marked if marked.role == "source" else replace(marked, store=ends.source.address)
