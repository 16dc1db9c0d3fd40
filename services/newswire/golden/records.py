"""The order in which a log delivers the golden day: what the contract allows, all of it in one day.

`contracts/channels.py` says what a consumer of the topic must be ready for: any order between two keys, copies at once
or late, and copies behind newer events of their key. The first record of each event keeps its place among those of its
key.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from newswire.ports import Message

_RUN: Final = 3
"""As many neighbours are turned round where their keys differ, and as many are delivered again after a crash."""
_CRASH_EVERY: Final = 7


def as_delivered(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The records of a log, from the events in the order of their positions."""
    return (*_with_batches_again(_out_of_order(messages)), *_late_copies(messages))


def _out_of_order(messages: Sequence[Message]) -> list[Message]:
    found: list[Message] = []
    for start in range(0, len(messages), _RUN):
        run = messages[start : start + _RUN]
        turned = len({message.key for message in run}) == len(run)
        found += reversed(run) if turned else run
    return found


def _with_batches_again(messages: Sequence[Message]) -> Iterator[Message]:
    for number, message in enumerate(messages, start=1):
        yield message
        if number % _CRASH_EVERY == 0:
            yield from messages[number - _RUN : number]


def _late_copies(messages: Sequence[Message]) -> list[Message]:
    """The first event of each key that has a newer one, behind all others: an old text, a purged one too."""
    first: dict[str, Message] = {}
    last: dict[str, Message] = {}
    for message in messages:
        first.setdefault(message.key, message)
        last[message.key] = message
    return [message for key, message in first.items() if last[key] is not message]
