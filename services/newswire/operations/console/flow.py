"""The books and the flow: the outcomes of entries, the records that wait for each stage, the rate of changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.ledger import Balance, OutcomeKind
from newswire.domain.log.topology import CONSUMERS
from newswire.domain.wire.keys import Caller
from newswire.operations.audit import audit
from newswire.ports import BookedEntry, Bus, ConsoleReads, Ledger, TimePlace

MOST_CHANGES: Final = 20_000
"""Rates are taken from so many of the newest changes at the most."""
RATES_OVER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Flow:
    """The state of the line at one moment."""

    balance: Balance
    lag: Mapping[str, int]
    """By the name of a stage's group, how many records wait for it."""
    changes: Sequence[tuple[str, datetime]]
    """Kind and time of the last day's changes, the newest first."""
    dead: int
    """Dead letters that nobody has sent again."""


async def read_flow(caller: Caller, ledger: Ledger, bus: Bus, reads: ConsoleReads, now: datetime) -> Flow:
    """Look at everything. Raises `Denied`, and `Wait` when the database or the broker is away."""
    caller.must("read")
    lag = {stage.group: sum((await bus.lag(stage.group, stage.reads)).values()) for stage in CONSUMERS}
    return Flow(
        balance=await audit(ledger, bus),
        lag=lag,
        changes=await reads.recent_changes(now - RATES_OVER, MOST_CHANGES),
        dead=sum(group.count for group in await reads.dead_groups()),
    )


async def list_entries(
    caller: Caller,
    reads: ConsoleReads,
    outcome: OutcomeKind | None,
    *,
    reason: str | None,
    behind: TimePlace | None,
    limit: int,
) -> tuple[Sequence[BookedEntry], TimePlace | None]:
    """A page of the sightings behind a number of the books, and the place to go on from. Raises `Denied`, `Wait`."""
    caller.must("read")
    found = await reads.entries(outcome, reason, behind, limit + 1)
    page = found[:limit]
    return page, TimePlace(page[-1].found_at, page[-1].entry_id) if len(found) > limit else None
