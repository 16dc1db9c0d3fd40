"""Compresses a record by itself (WARC/1.1, Annex D.3), by ISA-L: it takes a third of the time of zlib-ng."""

from typing import Final

from newswire.errors import UsageError

try:
    from isal import igzip_lib
except ImportError as error:
    raise UsageError("WARC files need isal: pip install 'newswire[archive]'") from error

_LEVEL: Final = 2
"""Level 3 takes twice the time for four percent fewer bytes (measured on news pages)."""


def member(*parts: bytes) -> bytes:
    """The parts of a record as one gzip member."""
    return igzip_lib.compress(b"".join(parts), _LEVEL, igzip_lib.COMP_GZIP)
