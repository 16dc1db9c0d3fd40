"""The content codings (RFC 9110 §8.4.1), undone in slices, so that a bomb can be cut before it unfolds."""

import sys
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types

from newswire.errors import Reject

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SLICE: Final = 65_536
"""Bytes decoded at a time, about."""

GZIP: Final = b"\x1f\x8b\x08"
"""The first bytes of a gzip member that deflate packed (RFC 1952 §2.3)."""

ERRORS: Final = (zlib.error, brotli.error, zstd.ZstdError)
"""The errors, beside `Reject`, that a codec raises for bytes that are not in its coding."""

_MAX_MEMBERS: Final = 1_000
_WINDOW_LOG_MAX: Final = 23
"""8 MiB, the largest zstd window that RFC 9659 allows over HTTP."""


class Codec(Protocol):
    """One content coding, undone step by step."""

    complete: bool
    """Whether the coded stream has come to its end (true before its first byte as well)."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Decode the next bytes, into pieces of about `SLICE` bytes, each made when it is asked for.

        Raises:
            Reject: ``bad-encoding``: too many members, or bytes behind the end.
        """
        ...


def codec_of(name: str) -> Codec | None:
    """A new codec for the coding ``name``, in lower case; None where it is not known."""
    match name:
        case "gzip" | "x-gzip":  # RFC 9110 §8.4.1.3: the two are the same
            return _Zlib(zlib.MAX_WBITS | 16)
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
        case _:
            return None


class _Zlib:
    """gzip (RFC 1952, any number of members) or zlib/raw deflate, by zlib's ``wbits``."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._inflate = zlib.decompressobj(wbits)
        self._members = 1
        self._behind = b""
        """The bytes behind a member, while they are too few to tell another member from padding."""
        self._ended = False
        self.complete = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data and not self._ended:
            if self._inflate.eof:
                data, self._behind = self._behind + data, b""
                if self._wbits > zlib.MAX_WBITS and len(data) < len(GZIP) and GZIP.startswith(data):
                    self._behind = data
                    return
                if self._wbits <= zlib.MAX_WBITS or not data.startswith(GZIP):
                    self._ended = True  # the rest is padding
                    return
                self._members += 1
                if self._members > _MAX_MEMBERS:
                    raise Reject("bad-encoding", f"the body is made of more than {_MAX_MEMBERS} gzip members")
                self._inflate = zlib.decompressobj(self._wbits)
            piece = self._inflate.decompress(data, SLICE)
            yield piece
            while len(piece) == SLICE and not self._inflate.eof:  # all input may be taken and output still wait
                piece = self._inflate.decompress(self._inflate.unconsumed_tail, SLICE)
                yield piece
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            self.complete = self._inflate.eof


class _Deflate:
    """``deflate`` is the zlib format (RFC 9110 §8.4.1.2); some servers send it raw."""

    def __init__(self) -> None:
        self._head = b""
        self._inner: _Zlib | None = None
        self.complete = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._inner is None:
            self._head += data
            self.complete = not self._head
            if len(self._head) < 2:
                return
            data = self._head
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
            self._inner = _Zlib(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        yield from self._inner.decode(data)
        self.complete = self._inner.complete


class _Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()
        self.complete = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        if not data:
            return
        if self._decompressor.is_finished():  # brotli says so only where they come with the end
            raise Reject("bad-encoding", "bytes follow the end of the brotli stream")
        piece = self._decompressor.process(data, output_buffer_limit=SLICE)
        yield piece
        # All input may be taken while output still waits: can_accept_more_data() is true then too.
        while not self._decompressor.is_finished() and (piece or not self._decompressor.can_accept_more_data()):
            piece = self._decompressor.process(b"", output_buffer_limit=SLICE)
            yield piece
        self.complete = self._decompressor.is_finished()


class _Zstd:
    """RFC 8878, any number of frames."""

    def __init__(self) -> None:
        self._decompressor = self._new()
        self._frames = 1
        self.complete = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._decompressor.eof:
                self._frames += 1
                if self._frames > _MAX_MEMBERS:
                    raise Reject("bad-encoding", f"the body is made of more than {_MAX_MEMBERS} zstd frames")
                self._decompressor = self._new()
            yield self._decompressor.decompress(data, SLICE)
            while not self._decompressor.needs_input and not self._decompressor.eof:
                yield self._decompressor.decompress(b"", SLICE)
            data = self._decompressor.unused_data if self._decompressor.eof else b""
            self.complete = self._decompressor.eof

    @staticmethod
    def _new() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX})
