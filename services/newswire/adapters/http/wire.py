"""Bounds on what a server sends around a body, whatever aiohttp's own are.

aiohttp 3.14 bounds one header (``max_field_size``: name and value), the status line (``max_line_size``) and
the number of headers of one answer, its trailers among them (``max_headers``). It bounds neither the bytes of
a whole head, which may be the product of the two, nor the interim answers (1xx, RFC 9110 §15.2) before the
final one, nor what chunked coding puts around a body: chunks of one byte, extensions of any length (RFC 9112
§7.1). Each of these cost seconds of the event loop and megabytes before a time limit ended it.

It parses all the bytes of one read in one go, so that bytes behind the end of an answer, which some servers send,
make it forget the answer; where chunked coding is broken, it leaves a reader of the body to wait for the time limit;
and it refuses a whole answer for one header line that no browser stumbles over. Here the lines of a head are held until
it is complete, mended (`newswire.adapters.http.head_lines`) and handed on, what follows it apart; a body fails with its
parser.

A connection carries a further request only where its answer left no doubt about its own end: see `should_close`.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import EMPTY_BODY_STATUS_CODES
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

from newswire.adapters.http.head_lines import FramingError, is_regular, mended

MAX_FIELD: Final = 65_536
"""Bytes of one header: real content security policies outgrow aiohttp's 8190."""

MAX_HEAD: Final = 262_144
"""Bytes of all heads of an answer, interim ones included."""

MAX_LINES: Final = 256
"""Their lines: headers, status lines, blank lines."""

MAX_AROUND: Final = 262_144
"""Bytes around a body before they are weighed; from then on they may not outweigh the body itself."""

MAX_AGE_S: Final = 60.0
"""Seconds after which a connection carries no further request: its server's name may mean another address by then."""

_SLICE: Final = 65_536
_LAST_CHUNK: Final = b"0\r\n\r\n"


class Overgrown(aiohttp.ClientError):
    """A server sent more around a body than any needs."""


class Refused(aiohttp.ClientError):
    """It is not certain where the body of an answer ends."""


class BoundedHandler(ResponseHandler):
    """aiohttp's reader of one connection, with every head and the framing of each answer bounded."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._opened = loop.time()
        self._begin()

    def _begin(self) -> None:
        """Forget the answer before."""
        self._head_bytes = 0
        self._head_lines = 0
        self._framed_bytes = 0
        self._status_line = False
        """Whether the status line of the head that is being read has begun."""
        self._lines: list[bytes] | None = None
        """The header lines of the head that is being read, once its status line is complete."""
        self._line = bytearray()
        """The beginning of the next one."""
        self._body: StreamReader | None = None
        """The body of the final response; None until its head has been read."""
        self._length: int | None = None
        """The bytes behind its head that the head announces; None where it is chunked."""
        self._last = b""
        """The last bytes that came behind the head."""
        self._regular = True
        """Whether the head could be read in one way alone."""

    def set_response_params(self, **params: Any) -> None:
        """Called by aiohttp before each request that the connection carries."""
        self._begin()
        super().set_response_params(**params)

    @property
    def should_close(self) -> bool:
        """Asked by aiohttp when an answer has been read: whether the connection carries no further request.

        It carries one only where nobody can take bytes of this answer for the beginning of the next: the head needed no
        mending, the body has the one length that the head announces, or ends with its last chunk, and nothing came
        behind it (RFC 9112 §9.2, §11.2).
        """
        ended = self._last == _LAST_CHUNK if self._length is None else self._framed_bytes == self._length
        young = self._loop.time() - self._opened < MAX_AGE_S
        return not (self._regular and ended and young) or super().should_close

    def feed_data(self, data: tuple[Any, StreamReader], size: int = 0) -> None:
        """Called by the parser with each head and the body that will follow it."""
        status = data[0].code
        if status >= 200 or status == 101:
            self._body = data[1]
            bare = status in EMPTY_BODY_STATUS_CODES
            self._length = None if data[0].chunked and not bare else 0 if bare else _length_of(data[0].headers)
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        """Called by the transport with whatever came in, and by aiohttp with nothing to go on after a pause."""
        if data and self._body is not None and self._body.is_eof():
            self._regular = False
            if self.transport is not None:
                self.transport.abort()  # RFC 9112 §9.2: what comes without a request is no answer to the next
            return
        place = 0
        while self._body is None and place < len(data):
            end = data.find(b"\n", place) + 1 or len(data)
            self._head_bytes += end - place
            self._head_lines += data[end - 1 : end] == b"\n"
            if self._head_bytes > MAX_HEAD or self._head_lines > MAX_LINES:
                self._fail(Overgrown(f"the headers are more than {MAX_HEAD} bytes or {MAX_LINES} lines"))
                return
            if not self._took(data[place:end]):
                return
            place = end
        for start in range(place, len(data), _SLICE):
            piece = data[start : start + _SLICE]
            self._framed_bytes += len(piece)
            self._last = (self._last + piece[-len(_LAST_CHUNK) :])[-len(_LAST_CHUNK) :]
            if not self._parsed(piece):
                return
            received = self._body.total_bytes if self._body is not None else 0
            if self._framed_bytes - received > max(MAX_AROUND, received):
                self._fail(Overgrown(f"there are more than {MAX_AROUND} bytes around a body of {received}"))
                return
        if not data:
            self._parsed(data)

    def _took(self, piece: bytes) -> bool:
        """Take a line of a head, or a part of one; whether sense can be made of it."""
        if self._lines is None:
            self._status_line = self._status_line or bool(piece.strip())
            if self._status_line and piece.endswith(b"\n"):
                self._lines, self._status_line = [], False
            return self._parsed(piece)
        self.start_timeout()  # aiohttp does not see what is held here, and would take the server for silent
        self._line += piece
        if not piece.endswith(b"\n"):
            return True
        line = bytes(self._line)
        self._line.clear()
        if line.strip(b"\r\n"):
            self._lines.append(line)
            return True
        lines, self._lines = self._lines, None
        self._regular = self._regular and is_regular(lines)
        try:
            return self._parsed(b"".join([*mended(lines), b"\r\n"]))
        except FramingError as error:
            self._fail(Refused(str(error)))
            return False

    def _parsed(self, data: bytes) -> bool:
        """Hand on to aiohttp's parser; whether it could make sense of it."""
        super().data_received(data)
        error = self.exception()
        if error is None:
            return True
        if self._body is not None and not self._body.is_eof() and self._body.exception() is None:
            # aiohttp gives the error only to a task that waits for a head; a reader of the body would wait for ever.
            why = error.message if isinstance(error, HttpProcessingError) else str(error)
            self._body.set_exception(aiohttp.ClientPayloadError(f"the body breaks off: {why}"))
        return False

    def _fail(self, error: aiohttp.ClientError) -> None:
        if self._body is not None:
            self._body.set_exception(error)
        self.set_exception(error)
        if self.transport is not None:
            self.transport.abort()


def _length_of(headers: Mapping[str, str]) -> int:
    """The announced length; -1, which no body has, where there is none: the end of the connection ends the body."""
    return int(headers.get("Content-Length", "-1"))
