"""Problems for the console: dead letters by reason, one of them whole, sending them again, gaps that are open."""

from collections.abc import Sequence
from uuid import UUID

from newswire.domain.feeds.state import FeedState
from newswire.domain.wire.keys import Caller
from newswire.operations.dead_letters import retry_all, retry_named
from newswire.operations.wire.operators import find_dead_letter
from newswire.ports import Bus, Clock, ConsoleReads, DeadGroup, DeadHead, FeedReads, Ledger, TimePlace


async def count_problems(caller: Caller, reads: ConsoleReads) -> tuple[DeadGroup, ...]:
    """The dead letters that nobody has sent again, by reason. Raises `Denied`, `Wait`."""
    caller.must("admin")
    return await reads.dead_groups()


async def list_problems(
    caller: Caller,
    reads: ConsoleReads,
    *,
    reason: str | None,
    retried: bool,
    behind: TimePlace | None,
    limit: int,
) -> tuple[Sequence[DeadHead], TimePlace | None]:
    """A page of dead letters, the newest first, and the place to go on from. Raises `Denied`, `Wait`."""
    caller.must("admin")
    found = await reads.dead_heads(reason, behind, limit + 1, retried=retried)
    page = found[:limit]
    return page, TimePlace(page[-1].failed_at, page[-1].letter_id) if len(found) > limit else None


async def retry_one(caller: Caller, ledger: Ledger, bus: Bus, clock: Clock, letter_id: UUID) -> int:
    """Send one dead letter again; gives 1. Raises `Denied`, `Unknown`, and `Wait` when the broker is away."""
    await find_dead_letter(caller, ledger, letter_id)
    return await retry_named([letter_id], ledger, bus, clock)


async def retry_reason(caller: Caller, ledger: Ledger, bus: Bus, clock: Clock, reason: str) -> int:
    """Send again all dead letters with a reason that nobody has sent again yet; gives their number.

    Raises `Denied`, and `Wait` when the broker is away.
    """
    caller.must("admin")
    return await retry_all(ledger, bus, clock, reason=reason)


async def open_gaps(caller: Caller, feeds: FeedReads) -> tuple[FeedState, ...]:
    """The feeds with a gap that is open. Raises `Denied`, `Wait`."""
    caller.must("read")
    return await feeds.with_gap()
