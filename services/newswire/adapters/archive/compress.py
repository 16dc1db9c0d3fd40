"""Compresses a record by itself (WARC/1.1, Annex D.3), by FastWARC: its deflate takes two thirds of zlib's time."""

import io
from typing import Final

from newswire.adapters.archive.fast_warc import GzipWriter

_LEVEL: Final = 3
"""Level 5 takes a third more time for five percent fewer bytes (measured on news pages)."""


def member(*parts: bytes) -> bytes:
    """The parts of a record as one gzip member."""
    packed = io.BytesIO()
    writer = GzipWriter(packed, compression_level=_LEVEL)
    for part in parts:
        writer.write(part)
    writer.finish()  # else nothing ends the member, and warcio refuses the file
    writer.flush()
    return packed.getvalue()
