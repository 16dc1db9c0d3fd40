"""Layers of content codings around a body, each taken off unless its bytes were never in that coding.

Some servers name a coding that they did not apply: ``gzip`` over a page that is plain text, or two codings where one
was applied. Text cannot be mistaken for a coded stream: see `is_plain`.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

from newswire.adapters.http.codings import ERRORS, Codec, codec_of
from newswire.errors import Reject

SNIFFED: Final = 1_445
"""Bytes from which text is told from binary data (WHATWG MIME Sniffing §5.2, the resource header)."""

_CERTAIN: Final = 256
"""Bytes from which on a coded stream cannot look like text: 27 of 256 byte values are no text, so a stream of 256
random bytes has none of them once in 10^12. A shorter one is decoded on trial."""

_TRIAL_SLICES: Final = 4
_NO_TEXT: Final = bytes([*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])
"""Binary data bytes (WHATWG MIME Sniffing §3)."""
_WIDE_MARKS: Final = (b"\xfe\xff", b"\xff\xfe")
"""Byte order marks of UTF-16 and UTF-32; no coding's stream begins with one."""


def is_plain(head: bytes) -> bool:
    """Whether a body that begins with ``head`` is text (WHATWG MIME Sniffing §7.2)."""
    return head.startswith(_WIDE_MARKS) or len(head.translate(None, _NO_TEXT)) == len(head)


class Layer:
    """One content coding around a body, or none where the bytes turn out to be plain."""

    def __init__(self, name: str) -> None:
        """``name`` is that of a coding which `codec_of` knows."""
        self._name = name
        self._codec = _new(name)
        self._head: bytearray | None = bytearray()
        """The first bytes, until it is decided by them."""
        self.plain = False
        """The bytes are in no coding, and are handed on as they are."""

    @property
    def complete(self) -> bool:
        """Whether the coded stream has come to its end (true before its first byte as well)."""
        return self.plain or (self._codec.complete and not self._head)

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Take the layer off the next bytes. Raises one of `ERRORS`, or `Reject` ``bad-encoding``."""
        if self._head is not None:
            self._head += data
            if len(self._head) < SNIFFED:
                return
            data = self._decided(self._head)
        yield from [data] if self.plain else self._codec.decode(data)

    def end(self) -> Iterator[bytes]:
        """Take the layer off bytes that were too few to decide by. Raises what `decode` raises."""
        if self._head:
            data = self._decided(self._head)
            yield from [data] if self.plain else self._codec.decode(data)

    def _decided(self, head: bytearray) -> bytes:
        data, self._head = bytes(head), None
        self.plain = is_plain(data[:SNIFFED]) and (len(data) >= _CERTAIN or not _decodes(_new(self._name), data))
        return data


def through(layers: Sequence[Layer], data: bytes) -> Iterator[bytes]:
    """Take ``layers`` off the next received bytes, outermost first."""
    if not layers:
        yield data
        return
    for piece in layers[0].decode(data):
        yield from through(layers[1:], piece)


def ended(layers: Sequence[Layer]) -> Iterator[bytes]:
    """Take ``layers`` off the bytes that each still holds back, once all were received."""
    if layers:
        for piece in layers[0].end():
            yield from through(layers[1:], piece)
        yield from ended(layers[1:])


def _new(name: str) -> Codec:
    codec = codec_of(name)
    if codec is None:
        raise ValueError(f"no content coding is called {name!r}")
    return codec


def _decodes(codec: Codec, data: bytes) -> bool:
    """Whether a short stream is in ``codec``'s coding; one that unfolds to more than a few slices is."""
    pieces = codec.decode(data)
    with suppress(*ERRORS, Reject):
        return len(list(islice(pieces, _TRIAL_SLICES))) == _TRIAL_SLICES or codec.complete
    return False
