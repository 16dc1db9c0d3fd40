"""The audit: the ledger's count held against what is really in the log."""

from dataclasses import replace
from uuid import UUID

from newswire.contracts import entry_id_of
from newswire.domain.ledger import Balance
from newswire.domain.log.topology import CONSUMERS
from newswire.ports import Bus, Ledger


async def audit(ledger: Ledger, bus: Bus) -> Balance:
    """Balance the books: every sighting has an outcome, or is in the log, waiting for a stage to finish it.

    A sighting that has neither is lost. One that ends while the log is being read is looked at again
    before it is called that.
    """
    suspects = {entry_id async for entry_id in ledger.pending()}
    for stage in CONSUMERS:
        if suspects:
            async for record in bus.unfinished(stage.group, stage.reads):
                suspects.discard(entry_id_of(record) or UUID(int=0))
    balance = await ledger.balance()
    if suspects:
        still_pending = {entry_id async for entry_id in ledger.pending()}
        suspects &= still_pending
    return replace(balance, lost=len(suspects))
