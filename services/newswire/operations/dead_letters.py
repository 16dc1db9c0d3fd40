"""Find dead letters, and send them through the pipeline again."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from newswire.errors import UsageError
from newswire.ports import Bus, Clock, DeadLine, Ledger
from newswire.stages.failures import replay_message

_AT_ONCE: Final = 100


async def dead_letter(ledger: Ledger, letter_id: UUID) -> DeadLine:
    """The dead letter with this id. Raises `UsageError` when there is none."""
    line = await ledger.dead_letter(letter_id)
    if line is None:
        raise UsageError(f"no dead letter {letter_id}: 'newswire dead list' shows them")
    return line


async def retry_named(letter_ids: Collection[UUID], ledger: Ledger, bus: Bus, clock: Clock) -> int:
    """Send these dead letters again, also those that were sent again before; returns their number.

    Raises `UsageError`, before anything is sent, when one of them does not exist; `Wait` when the broker is away.
    """
    wanted = list(dict.fromkeys(letter_ids))
    for letter_id in wanted:
        await dead_letter(ledger, letter_id)
    return await _retry(wanted, ledger, bus, clock)


async def retry_all(ledger: Ledger, bus: Bus, clock: Clock, *, reason: str | None = None) -> int:
    """Send all dead letters that were not sent again yet, or only those with ``reason``; returns their number.

    Raises `Wait` when the broker is away.
    """
    wanted = [line.letter.id async for line in ledger.dead() if reason in {None, line.letter.reason}]
    return await _retry(wanted, ledger, bus, clock)


async def _retry(letter_ids: Sequence[UUID], ledger: Ledger, bus: Bus, clock: Clock) -> int:
    sent = 0
    for at in range(0, len(letter_ids), _AT_ONCE):
        # Loaded by parts, as a dead letter holds its original record, which may have megabytes.
        found = [await ledger.dead_letter(letter_id) for letter_id in letter_ids[at : at + _AT_ONCE]]
        lines = [line for line in found if line is not None]
        # Noted once the records are durable: a crash in between costs copies under the same ids, and no record.
        await bus.publish([replay_message(line.letter) for line in lines])
        for line in lines:
            await ledger.mark_retried(line.letter.id, clock.now())
        sent += len(lines)
    return sent
