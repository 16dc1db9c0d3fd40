"""Limits on the size of events, so that the events made from them fit the log too; settings that raise other limits."""

from typing import Final, TypeVar

from newswire.errors import Reject
from newswire.ports import Message, Record

T = TypeVar("T", Message, Record)

MAX_EVENT_BYTES: Final = 5_000_000
"""Half of what the log takes: the change that an article becomes is a little larger, its dead letter by a third."""
FEED_SETTING: Final = "NEWSWIRE_FETCH__FEED_MAX_BYTES"
PAGE_SETTING: Final = "NEWSWIRE_FETCH__PAGE_MAX_BYTES"
TIME_SETTING: Final = "NEWSWIRE_FETCH__TIMEOUT_S"
"""The settings that raise the limits on feeds, on pages and on the time for either: errors name them."""
MAX_KEPT_BYTES: Final = 7_000_000
"""So much of an original is kept in its dead letter. Only records of other programs are larger."""


def check_event_size(message: T) -> T:
    """The same message. Raises `Reject` ``too-large`` for one that is larger than `MAX_EVENT_BYTES`."""
    if len(message.value) > MAX_EVENT_BYTES:
        raise Reject("too-large", f"{len(message.value):,} bytes, where {MAX_EVENT_BYTES:,} are the limit")
    return message
