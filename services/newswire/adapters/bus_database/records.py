"""A message as a row of ``bus_records`` and back."""

import re
import string
import zlib
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from newswire.errors import Reject
from newswire.ports import Message, Partition, Record

# Percent-encoding is exact for any byte, stays readable for text, and avoids U+0000, which jsonb refuses.
_PLAIN: Final = "".join(set(string.punctuation + " ") - {"%"})
_PLAIN_BYTES: Final = re.compile(rb"[ -$&-~]*+")
"""What is kept as it is: printable ASCII but the percent sign."""


def partition_of(key: str, partitions: int) -> int:
    """The partition that holds this key: CRC-32 of its UTF-8, modulo the topic's number of partitions.

    The same on every machine and in every version: a key that moved would lose its order.
    """
    return zlib.crc32(key.encode()) % partitions


def check(message: Message, max_value_bytes: int) -> None:
    """Raise `Reject` for what could not be kept exactly: ``too-large``, or ``invalid-key`` (no database text)."""
    if len(message.value) > max_value_bytes:
        raise Reject(
            "too-large",
            f"a value of {len(message.value):,} bytes for {message.topic}: the limit is {max_value_bytes:,} bytes",
        )
    if "\0" in message.key or not _is_unicode(message.key):
        raise Reject("invalid-key", f"the key {message.key!r} for {message.topic} holds U+0000 or a lone surrogate")


def encode_headers(headers: tuple[tuple[str, bytes], ...]) -> list[list[str]]:
    """Headers as JSON: pairs of percent-encoded name and value, in order, repeated names included."""
    return [[_quoted(name.encode()), _quoted(value)] for name, value in headers]


def decode_headers(stored: list[list[str]]) -> tuple[tuple[str, bytes], ...]:
    """The headers of `encode_headers`, byte for byte."""
    return tuple((unquote_to_bytes(name).decode(), unquote_to_bytes(value)) for name, value in stored)


def to_record(row: Sequence[Any]) -> Record:
    """A row of topic, partition, offset, key, value, headers, published_at."""
    topic, number, offset, key, value, headers, published_at = row
    return Record(Partition(topic, number), offset, key, value, decode_headers(headers), published_at)


def _quoted(value: bytes) -> str:
    # Nearly every header is plain, and the library's own look at one takes ten times as long.
    return value.decode("ascii") if _PLAIN_BYTES.fullmatch(value) else quote_from_bytes(value, _PLAIN)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
