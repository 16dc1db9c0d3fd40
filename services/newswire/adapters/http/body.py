"""A body's bytes out of their content coding, in slices, so that a bomb is cut before it unfolds."""

import sys
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]  # it ships no types

from newswire.errors import Reject, Retry

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING: Final = "gzip, deflate, br, zstd"
SLICE: Final = 65_536
"""Bytes decoded at a time, about."""

MAX_RATIO: Final = 200
"""Decoded bytes for one received byte. Of 1,236 news pages the densest reached 20 (zlib) and 30 (brotli)."""

RATIO_FREE: Final = 1_048_576
"""Decoded bytes before the ratio is looked at: small bodies harm no one."""

_MAX_LAYERS: Final = 2
_MAX_MEMBERS: Final = 1_000
_GZIP: Final = b"\x1f\x8b\x08"
_WINDOW_LOG_MAX: Final = 23
"""8 MiB, the largest zstd window that RFC 9659 allows over HTTP."""

_ERRORS: Final = (zlib.error, brotli.error, zstd.ZstdError)


class Codec(Protocol):
    """One content coding, undone step by step."""

    complete: bool
    """Whether the coded stream has come to its end (true before its first byte as well)."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` decodes to, in pieces of about `SLICE` bytes, each made when it is asked for."""
        ...


class Body:
    """Collects a body: give it every chunk as received, then ask for the whole."""

    def __init__(self, content_encoding: str, limit: int, *, truncate: bool = False) -> None:
        """``limit`` is in decoded bytes; with ``truncate`` what is beyond it is left off, not an error.

        Raises:
            Reject: ``bad-encoding``: a coding that was not asked for.
        """
        self._limit = limit
        self._truncate = truncate
        self._codecs = _codecs(content_encoding)
        self._received = 0
        self._decoded = bytearray()
        self.full = False
        """Nothing more need be read: the body is truncated."""

    def feed(self, chunk: bytes) -> None:
        """Take the next received bytes.

        Raises:
            Reject: ``too-large`` beyond the limit or the ratio, ``bad-encoding`` for damaged data.
        """
        self._received += len(chunk)
        self._collect(_through(self._codecs, chunk))

    def finish(self) -> bytes:
        """The whole body. Gzipped bytes that no header spoke of (``sitemap.xml.gz``) are unpacked too.

        Raises:
            Retry: ``protocol``: the coded stream ended early.
            Reject: as `feed`.
        """
        self._require_complete()
        if self._decoded.startswith(_GZIP):
            packed, self._decoded = bytes(self._decoded), bytearray()
            cut, self.full = self.full, False
            self._codecs = [_Zlib(zlib.MAX_WBITS | 16)]
            self._collect(_through(self._codecs, packed))
            if not cut:
                self._require_complete()
        return bytes(self._decoded)

    def _require_complete(self) -> None:
        if not self.full and not all(codec.complete for codec in self._codecs):
            raise Retry("protocol", f"the compressed body ended early, after {self._received} bytes")

    def _collect(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                self._decoded += piece
                if len(self._decoded) > self._allowed():
                    if not self._truncate:
                        self._refuse()
                    del self._decoded[self._limit :]
                    self.full = True
                    return
        except _ERRORS as error:
            raise Reject("bad-encoding", f"the body is not what its Content-Encoding says: {error}") from error

    def _allowed(self) -> int:
        return min(self._limit, max(RATIO_FREE, self._received * MAX_RATIO))

    def _refuse(self) -> None:
        if len(self._decoded) > self._limit:
            raise Reject("too-large", f"the body is larger than the limit of {self._limit} bytes")
        raise Reject("too-large", f"the body unfolds to more than {MAX_RATIO} times its received size")


def _codecs(content_encoding: str) -> list[Codec]:
    names = [name.strip().lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    if len(names) > _MAX_LAYERS:
        raise Reject("bad-encoding", f"the body is encoded {len(names)} times over: {content_encoding!r}")
    return [_codec(name) for name in reversed(names)]


def _codec(name: str) -> Codec:
    match name:
        case "gzip" | "x-gzip":
            return _Zlib(zlib.MAX_WBITS | 16)
        case "deflate":
            return _Deflate()
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
        case _:
            raise Reject("bad-encoding", f"the body comes in a content coding that was not asked for: {name!r}")


def _through(codecs: list[Codec], data: bytes) -> Iterator[bytes]:
    if not codecs:
        yield data
        return
    first, *rest = codecs
    for piece in first.decode(data):
        yield from _through(rest, piece)


class _Zlib:
    """gzip (RFC 1952, any number of members) or zlib/raw deflate, by zlib's ``wbits``."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._inflate = zlib.decompressobj(wbits)
        self._members = 1
        self._behind = b""
        """What came behind a member, while it is too short to tell another member from padding."""
        self._ended = False
        self.complete = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data and not self._ended:
            if self._inflate.eof:
                data, self._behind = self._behind + data, b""
                if self._wbits > zlib.MAX_WBITS and len(data) < len(_GZIP) and _GZIP.startswith(data):
                    self._behind = data
                    return
                if self._wbits <= zlib.MAX_WBITS or not data.startswith(_GZIP):
                    self._ended = True  # whatever follows the end is padding
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
        yield self._decompressor.process(data, output_buffer_limit=SLICE)
        while not self._decompressor.can_accept_more_data():
            yield self._decompressor.process(b"", output_buffer_limit=SLICE)
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
