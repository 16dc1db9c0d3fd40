"""The gzip members of a WARC file, one after the other, each bounded in size.

A file that is compressed record by record (WARC/1.1, Annex D.3) can be read from the beginning of any record. Where a
member is damaged, the next one is looked for by its first bytes.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

_LEAST: Final = 128
_CHUNK: Final = 65_536
_GZIP: Final = 31
"""The window bits of zlib for the gzip format with the largest window."""
_MAGIC: Final = b"\x1f\x8b\x08"  # RFC 1952 §2.3.1: ID1, ID2, and deflate as the method
AS_A_WHOLE: Final = "If the file is compressed as a whole, 'warcio recompress' makes one that can be imported"


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
    """The members from ``start`` on. At most ``most`` bytes of each are held in memory.

    The time is linear in the bytes of the file, and in the bytes that they unpack to.
    """
    offset = start
    while True:
        file.seek(offset)
        head = file.read(len(_MAGIC))
        if not head:
            return
        if head == _MAGIC:
            member = _member(file, offset, most)
        else:
            member = GzipMember(offset, _next_magic(file, offset + 1), fault="no gzip member begins here")
        yield member
        offset = member.end


def _member(file: BinaryIO, offset: int, most: int) -> GzipMember:
    unpacking, held, size, read = zlib.decompressobj(_GZIP), bytearray(), 0, 0
    for packed in _chunks(file, offset):
        left = packed
        while left and not unpacking.eof:
            try:
                part = unpacking.decompress(left, _CHUNK)
            except zlib.error as error:
                # Half of what was good is passed over, so that many false beginnings are not each read to one end.
                return GzipMember(offset, _next_magic(file, offset + max(1, read // 2)), fault=f"damaged: {error}")
            left = unpacking.unconsumed_tail
            size += len(part)
            if size <= most:
                held += part
            else:
                held.clear()
        read += len(packed)
        if unpacking.eof:
            break
    end = offset + read - len(unpacking.unused_data)
    if not unpacking.eof:
        return GzipMember(offset, end, fault="the file ends within a record")
    if size > most:
        return GzipMember(offset, end, fault=f"{size:,} bytes, where {most:,} are the limit. {AS_A_WHOLE}")
    return GzipMember(offset, end, bytes(held))


def _next_magic(file: BinaryIO, start: int) -> int:
    """The offset of the next bytes that may begin a member; the end of the file where there are none."""
    offset, before = start, b""
    for chunk in _chunks(file, start):
        window = before + chunk
        if (found := window.find(_MAGIC)) >= 0:
            return offset - len(before) + found
        before = window[-len(_MAGIC) + 1 :]
        offset += len(chunk)
    return offset


def _chunks(file: BinaryIO, start: int) -> Iterator[bytes]:
    """The bytes from ``start`` on, a few at first and then more, as often a few are enough."""
    file.seek(start)
    size = _LEAST
    while chunk := file.read(size):
        yield chunk
        size = min(2 * size, _CHUNK)
