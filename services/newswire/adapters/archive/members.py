"""The gzip members of a WARC file, one after the other, each bounded in size.

A file that is compressed record by record (WARC/1.1, Annex D.3) can be read from the beginning of any record. Where a
member is damaged, the next one is looked for by its first bytes.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from newswire.domain.archive.warc import GZIP

_CHUNK: Final = 65_536
_MAGIC: Final = b"\x1f\x8b\x08"  # RFC 1952 §2.3.1: ID1, ID2, and deflate as the method


@dataclass(frozen=True, slots=True)
class GzipMember:
    """One gzip member."""

    offset: int
    end: int
    """The offset behind it."""
    data: bytes | None = None
    """What it holds; None where that is larger than allowed, or damaged."""
    fault: str | None = None
    """Why there is no data."""


def members(file: BinaryIO, start: int, most: int) -> Iterator[GzipMember]:
    """The members from ``start`` on. At most ``most`` bytes of each are held in memory."""
    offset = start
    while True:
        file.seek(offset)
        head = file.read(len(_MAGIC))
        if not head:
            return
        if head == _MAGIC:
            member = _member(file, offset, most)
        else:
            member = GzipMember(offset, offset + 1, fault="no gzip member begins here")
        if member.fault is not None and member.end == offset + 1:
            member = GzipMember(offset, _next_magic(file, offset + 1), fault=member.fault)
        yield member
        offset = member.end


def _member(file: BinaryIO, offset: int, most: int) -> GzipMember:
    file.seek(offset)
    unpacking, held, size, read = zlib.decompressobj(GZIP), bytearray(), 0, 0
    while not unpacking.eof:
        packed = unpacking.unconsumed_tail or file.read(_CHUNK)
        if not packed:
            return GzipMember(offset, offset + read, fault="the file ends within a record")
        read += 0 if unpacking.unconsumed_tail else len(packed)
        try:
            part = unpacking.decompress(packed, _CHUNK)
        except zlib.error as error:
            return GzipMember(offset, offset + 1, fault=f"damaged: {error}")
        size += len(part)
        if size <= most:
            held += part
        else:
            held.clear()
    end = offset + read - len(unpacking.unused_data)
    if size > most:
        return GzipMember(offset, end, fault=f"{size:,} bytes, where {most:,} are the limit")
    return GzipMember(offset, end, bytes(held))


def _next_magic(file: BinaryIO, start: int) -> int:
    """The offset of the next bytes that may begin a member; the end of the file where there are none."""
    file.seek(start)
    offset, before = start, b""
    while chunk := file.read(_CHUNK):
        window = before + chunk
        if (found := window.find(_MAGIC)) >= 0:
            return offset - len(before) + found
        before = window[-len(_MAGIC) + 1 :]
        offset += len(chunk)
    return offset
