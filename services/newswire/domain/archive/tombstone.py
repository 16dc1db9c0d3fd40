"""A record that takes the place of an erased one, byte for byte as long, so that no other record moves."""

import re
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from newswire.domain.archive.warc import record

_HEAD: Final = b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff"  # RFC 1952 §2.3.1: deflate, with an extra field, no time
_FIELD: Final = b"nw"
"""The id of our subfield of the extra field (RFC 1952 §2.3.1.1). Its bytes fill what text cannot fill exactly."""
_FIELD_HEAD: Final = 6
"""XLEN, the subfield's id, and its length."""
_TOMBSTONE: Final = re.compile(re.escape(_HEAD) + b".." + _FIELD + b"(..)", re.DOTALL)
_NAMED: Final = re.compile(rb"WARC/1\.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:([0-9a-f-]{36})>")
"""The beginning of a tombstone's record."""
_TAIL: Final = 8
_STORED: Final = 65_535
"""The most bytes of one stored block (RFC 1951 §3.2.4)."""
_BLOCK_HEAD: Final = 5
_DIGITS: Final = 10
"""Bytes that Content-Length may take more for a filled record than for an empty one."""


def tombstone(length: int, of: UUID, at: datetime) -> bytes:
    """A gzip member of exactly ``length`` bytes: a metadata record ``of`` that id, filled with spaces.

    Raises `ValueError` where ``length`` is too short for a record; 256 bytes are enough.
    """
    blocks = length // _STORED + 1
    frame = len(_HEAD) + _FIELD_HEAD + blocks * _BLOCK_HEAD + _TAIL
    empty = len(_record(of, at, 0))
    data = _record(of, at, max(length - frame - empty - _DIGITS, 0))
    spare = length - (frame - (blocks - -(-len(data) // _STORED)) * _BLOCK_HEAD + len(data))
    if spare < 0:
        raise ValueError(f"{length} bytes are too few for a record")
    extra = _FIELD + struct.pack("<H", spare) + bytes(spare)
    return b"".join((_HEAD, struct.pack("<H", len(extra)), extra, *_stored(data)))


def buried_ids(data: bytes) -> set[UUID]:
    """The ids in the tombstones of a file, found by their bytes: nothing in them is compressed."""
    found: set[UUID] = set()
    for head in _TOMBSTONE.finditer(data):
        (spare,) = struct.unpack("<H", head[1])
        named = _NAMED.match(data, head.end() + spare + _BLOCK_HEAD)
        if named:
            found.add(UUID(named[1].decode()))
    return found


def _record(of: UUID, at: datetime, filling: int) -> bytes:
    return record("metadata", of, at, b" " * filling, {"Content-Type": "text/plain"})


def _stored(data: bytes) -> Iterator[bytes]:
    """The data as a deflate stream without compression, and the end of the member."""
    for start in range(0, len(data), _STORED):
        part = data[start : start + _STORED]
        yield struct.pack("<BHH", start + _STORED >= len(data), len(part), len(part) ^ 0xFFFF) + part
    yield struct.pack("<II", zlib.crc32(data), len(data))
