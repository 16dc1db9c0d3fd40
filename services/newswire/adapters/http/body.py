"""Collects a body: out of its content codings, within bounds on bytes and on how far it unfolds."""

from collections.abc import Iterator
from typing import Final, NoReturn

from newswire.adapters.http.codings import ERRORS, GZIP, codec_of
from newswire.adapters.http.layers import SNIFFED, Layer, ended, is_plain, through
from newswire.errors import Reject, Retry

ACCEPT_ENCODING: Final = "gzip, deflate, br, zstd"

MAX_RATIO: Final = 200
"""Decoded bytes for one received byte. Of 1,236 news pages the densest reached 20 (zlib) and 30 (brotli)."""

RATIO_FREE: Final = 1_048_576
"""Decoded bytes before the ratio is looked at: small bodies harm nobody."""

_MAX_LAYERS: Final = 2


class Body:
    """Collects a body: give it every chunk as received, then ask for the whole."""

    def __init__(self, content_encoding: str, limit: int, *, truncate: bool = False, hint: str = "") -> None:
        """``content_encoding`` is the header's value, with the codings in the order in which they were applied.

        ``limit`` is in decoded bytes; with ``truncate`` the bytes beyond it are left off, and are no error. ``hint``
        ends the message of that error: how to raise the limit.

        Raises:
            Reject: ``bad-encoding``: more than two codings on top of each other.
        """
        self._limit = limit
        self._truncate = truncate
        self._hint = hint
        self._header = content_encoding
        self._layers, self._unknown = _layers(content_encoding)
        self.received = 0
        """Bytes, as they came."""
        self._decoded = bytearray()
        self.full = False
        """Nothing more need be read: the body is truncated."""
        self.dense = False
        """It is truncated because it unfolds to more than `MAX_RATIO` times its received size."""

    @property
    def miscoded(self) -> bool:
        """Whether the body, once it is finished, was not in the codings that its header names."""
        return bool(self._unknown) or any(layer.plain for layer in self._layers)

    def feed(self, chunk: bytes) -> None:
        """Take the next received bytes.

        Raises:
            Reject: ``too-large`` beyond the limit or the ratio, ``bad-encoding`` for damaged data.
        """
        self.received += len(chunk)
        self._collect(through(self._layers, chunk))

    def finish(self) -> bytes:
        """Return the whole body.

        Gzipped bytes without a header that says so (``sitemap.xml.gz``) are unpacked too. A coding that is not known
        (``utf-8``, ``aws-chunked``, ``none``) is passed over where the bytes are plainly text.

        Raises:
            Retry: ``protocol``: the coded stream ended early.
            Reject: as `feed`; ``bad-encoding`` for a coding that is not known over bytes that are not text.
        """
        if not self.full:
            self._collect(ended(self._layers))
        self._require_complete(self._layers)
        if self._decoded.startswith(GZIP):
            self._unpack()
        if self._unknown and not is_plain(bytes(self._decoded[:SNIFFED])):
            raise Reject("bad-encoding", f"the body comes in a content coding that is not known: {self._header!r}")
        return bytes(self._decoded)

    def refuse(self) -> NoReturn:
        """Raise `Reject` ``too-large``, with the reason for which the body is truncated or would have to be."""
        if not self.dense:
            raise Reject("too-large", f"the body is larger than the limit of {self._limit} bytes{self._hint}")
        raise Reject("too-large", f"the body unfolds to more than {MAX_RATIO} times its received size")

    def _unpack(self) -> None:
        packed, self._decoded = bytes(self._decoded), bytearray()
        cut, self.full = self.full, False
        layers = [Layer("gzip")]
        self._collect(through(layers, packed))
        if not self.full:
            self._collect(ended(layers))
        if not cut:
            self._require_complete(layers)

    def _require_complete(self, layers: list[Layer]) -> None:
        if not self.full and not all(layer.complete for layer in layers):
            raise Retry("protocol", f"the compressed body ended early, after {self.received} bytes")

    def _collect(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                self._decoded += piece
                if len(self._decoded) > self._allowed():
                    self.dense = len(self._decoded) <= self._limit
                    if not self._truncate:
                        self.refuse()
                    del self._decoded[self._limit :]
                    self.full = True
                    return
        except ERRORS as error:
            raise Reject("bad-encoding", f"the body is not what its Content-Encoding says: {error}") from error

    def _allowed(self) -> int:
        return min(self._limit, max(RATIO_FREE, self.received * MAX_RATIO))


def _layers(content_encoding: str) -> tuple[list[Layer], list[str]]:
    """The layers to be taken off, outermost first, and the names of codings that are not known."""
    names = [name.strip(" \t").lower() for name in content_encoding.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    known = [name for name in names if codec_of(name) is not None]
    if len(known) > _MAX_LAYERS:
        raise Reject("bad-encoding", f"the body is encoded {len(known)} times over: {content_encoding[:200]!r}")
    return [Layer(name) for name in reversed(known)], [name for name in names if name not in known]
