"""Servers that mean harm or are broken, each with the outcome that a fetch of it has to have.

What tests/contract/test_hostile_servers.py holds to and tests/bench/hostile.py measures.
"""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache

import brotli

from newswire.adapters.http.codings import zstd
from newswire.errors import Reject, Retry

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
Serve = Callable[[Reader, Writer], Awaitable[None]]
Outcome = tuple[type[Reject | Retry], str] | int
"""The error and its reason, or the status of an answer that can be used."""

BOMB = 50_000_000
DRIP_S = 0.02
TIMEOUT_S = 0.5
"""For servers that would go on for ever."""

OK = b"HTTP/1.1 200 OK\r\n"
TOO_LARGE: Outcome = (Reject, "too-large")
BAD_ENCODING: Outcome = (Reject, "bad-encoding")
LOOP: Outcome = (Reject, "redirect-loop")
PROTOCOL: Outcome = (Retry, "protocol")
TIMEOUT: Outcome = (Retry, "timeout")
CONNECT: Outcome = (Retry, "connect")
TLS: Outcome = (Retry, "tls")


@dataclass(frozen=True, slots=True)
class Case:
    """One server."""

    name: str
    outcome: Outcome
    serve: Serve
    scheme: str = "http"
    timeout_s: float = 20.0
    prepare: Callable[[], object] = bytes
    """Makes what takes time to be made, so that it is not counted as the client's."""


CASES: list[Case] = []


def hostile(
    outcome: Outcome, *, name: str = "", scheme: str = "http", timeout_s: float = 20.0
) -> Callable[[Serve], Serve]:
    """Note a server that serves whole connections."""

    def note(serve: Serve) -> Serve:
        called = name or serve.__name__.replace("_", " ")
        CASES.append(Case(called, outcome, serve, scheme, timeout_s))
        return serve

    return note


def answers(name: str, outcome: Outcome, *parts: bytes | Callable[[], bytes]) -> None:
    """Note a server that reads the request and sends these bytes, which are made once."""

    @cache
    def answer() -> bytes:
        return b"".join(part if isinstance(part, bytes) else part() for part in parts)

    async def serve(reader: Reader, writer: Writer) -> None:
        await request(reader)
        writer.write(answer())
        await writer.drain()

    CASES.append(Case(name, outcome, serve, prepare=answer))


async def request(reader: Reader) -> str:
    """The target of the request, whose head is read."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head.split(b" ", 2)[1].decode("latin-1")


@asynccontextmanager
async def listening(serve: Serve, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve on a port of loopback, which is given."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: Reader, writer: Writer) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await serve(reader, writer)
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()  # nobody will read what is left in its buffer
            raise

    def connected(reader: Reader, writer: Writer) -> None:
        task = asyncio.ensure_future(handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def reset(writer: Writer) -> None:
    """End the connection by RST."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


async def for_ever(writer: Writer, piece: bytes, every_s: float = 0.0) -> None:
    """Send ``piece`` again and again: as fast as it is taken, or now and then."""
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(every_s)


# ------------------------------------------------------------------------------------------------ bombs
def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _brotli(data: bytes) -> bytes:
    return brotli.compress(data, quality=4)


def _coded(coding: str, *packers: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    def made() -> bytes:
        body = bytes(BOMB)
        for pack in packers:
            body = pack(body)
        head = f"Content-Encoding: {coding}\r\n" if coding else ""
        return OK + f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    return made


for _name, _coding, _packers in (
    ("gzip bomb", "gzip", [gzip.compress]),
    ("deflate bomb", "deflate", [zlib.compress]),
    ("raw deflate bomb", "deflate", [_raw_deflate]),
    ("brotli bomb", "br", [_brotli]),
    ("zstd bomb", "zstd", [zstd.compress]),
    ("bomb of gzip in gzip", "gzip, gzip", [gzip.compress, gzip.compress]),
    ("bomb of gzip in brotli", "gzip, br", [gzip.compress, _brotli]),
    ("bomb of zstd in zstd", "zstd, zstd", [zstd.compress, zstd.compress]),
    ("gzip bomb that no header speaks of", "", [gzip.compress]),
    ("gzip bomb in what gzip unpacks", "gzip", [gzip.compress, gzip.compress]),
):
    answers(_name, TOO_LARGE, _coded(_coding, *_packers))
answers("bomb packed three times", BAD_ENCODING, _coded("gzip, gzip, gzip", *[gzip.compress] * 3))


@hostile(BAD_ENCODING)
async def gzip_members_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"Content-Encoding: gzip\r\n\r\n")
    await for_ever(writer, gzip.compress(b"", mtime=0) * 1_000)


# ------------------------------------------------------------------------------------------------ heads
@hostile(PROTOCOL)
async def headers_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK)
    await for_ever(writer, b"X-Filler: " + b"x" * 1_000 + b"\r\n")


@hostile(PROTOCOL)
async def one_header_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"X-Filler: ")
    await for_ever(writer, b"x" * 65_536)


@hostile(PROTOCOL)
async def status_line_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 200 ")
    await for_ever(writer, b"x" * 65_536)


@hostile(PROTOCOL)
async def interim_answers_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    await for_ever(writer, b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 100)


answers("very many headers", PROTOCOL, OK, *(b"X-%d: x\r\n" % number for number in range(10_000)), b"\r\n")
answers("many large headers", PROTOCOL, OK, *(b"X-%d: %s\r\n" % (n, b"x" * 60_000) for n in range(100)), b"\r\n")
answers("huge header", PROTOCOL, OK, b"X-Huge: ", b"x" * 1_000_000, b"\r\n\r\n")
answers("huge header name", PROTOCOL, OK, b"X" * 1_000_000, b": x\r\n\r\n")
answers("null byte in a header", PROTOCOL, OK, b"X-Null: a\0b\r\nContent-Length: 0\r\n\r\n")
answers("carriage return in a header", PROTOCOL, OK, b"X-Return: a\rContent-Length: 3\r\nContent-Length: 0\r\n\r\n")
answers("header without a colon", 200, OK, b"X-Nothing\r\nContent-Length: 0\r\n\r\n")
answers("length without a colon", PROTOCOL, OK, b"Content-Length 3\r\n\r\nabc")
answers("length in quotes", PROTOCOL, OK, b'"Content-Length: 3"\r\n\r\nabc')
answers("length that is continued", PROTOCOL, OK, b"Content-Length: 3\r\n 4\r\n\r\nabcd")
answers("switching protocols", 101, b"HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", b"x" * 100_000)

# --------------------------------------------------------------------------------------- no HTTP at all
answers("garbage", PROTOCOL, bytes(range(256)) * 100)
answers("null bytes", PROTOCOL, bytes(100_000))
answers("HTTP/0.9", PROTOCOL, b"<html><body>no head at all</body></html>")
answers("HTTP/2 without being asked", PROTOCOL, b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80")
answers("another protocol's greeting", PROTOCOL, b"SSH-2.0-OpenSSH_9.9\r\n")
answers("nothing", CONNECT)

# ----------------------------------------------------------------------------------------------- bodies
answers("200 without a body", 200, OK, b"Content-Length: 0\r\n\r\n")
answers("200 that is its head alone", 200, OK, b"\r\n")
answers("null bytes for a body", 200, OK, b"\r\n", bytes(100_000))
answers("50 MB announced", TOO_LARGE, OK, b"Content-Length: 50000000\r\n\r\n")
answers("fewer bytes than announced", PROTOCOL, OK, b"Content-Length: 1000\r\n\r\nabc")
answers("more bytes than announced", 200, OK, b"Content-Length: 3\r\n\r\nabc", b"x" * 1_000)
answers("two lengths", PROTOCOL, OK, b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")
answers("a length that is none", PROTOCOL, OK, b"Content-Length: -3\r\n\r\nabc")
answers("a length beyond all numbers", PROTOCOL, OK, b"Content-Length: %s\r\n\r\nabc" % (b"9" * 30))

CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
answers("chunk size that is none", PROTOCOL, CHUNKED, b"zz\r\nabc\r\n0\r\n\r\n")
answers("chunk size that is negative", PROTOCOL, CHUNKED, b"-3\r\nabc\r\n0\r\n\r\n")
answers("chunk size beyond all numbers", PROTOCOL, CHUNKED, b"F" * 40, b"\r\nabc\r\n0\r\n\r\n")
answers("chunk without its end", PROTOCOL, CHUNKED, b"3\r\nabcdef\r\n0\r\n\r\n")
answers("chunks without the last", PROTOCOL, CHUNKED, b"3\r\nabc\r\n")
answers("chunk that is cut", PROTOCOL, CHUNKED, b"ff\r\nabc")

_LENGTH, _CHUNKS = b"Content-Length: %d\r\n", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
answers("chunks and a length", 200, OK, _LENGTH % 3, _CHUNKS)
answers("chunks and two lengths", PROTOCOL, OK, _LENGTH % 3, _LENGTH % 4, _CHUNKS)
answers("chunks and a length that is none", PROTOCOL, OK, b"Content-Length: x\r\n", _CHUNKS)
answers("chunks twice over", PROTOCOL, OK, b"Transfer-Encoding: chunked\r\n", _CHUNKS)
answers("chunks within another coding", PROTOCOL, OK, b"Transfer-Encoding: chunked, gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
answers("chunks by a damaged name", PROTOCOL, OK, b"Transfer-Encoding\x0b: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
answers("two lengths in a list", PROTOCOL, OK, b"Content-Length: 3, 4\r\n\r\nabcd")
answers("two lengths, one with a blank before its colon", PROTOCOL, OK, _LENGTH % 3, b"Content-Length : 4\r\n\r\nabcd")
answers("length twice with one value", 200, OK, _LENGTH % 3, _LENGTH % 3, b"\r\nabc")
answers(
    "part of a document",
    (Retry, "http-206"),
    b"HTTP/1.1 206 P\r\nContent-Range: bytes 0-2/9\r\n",
    _LENGTH % 3,
    b"\r\nabc",
)


@hostile(TOO_LARGE)
async def feed_of_50_MB(reader: Reader, writer: Writer) -> None:  # noqa: N802  # its name is what it is
    await request(reader)
    writer.write(CHUNKED)
    item = b"<item><title>Again</title><link>https://a.test/</link></item>" * 1_000
    for _ in range(50_000_000 // len(item)):
        writer.write(b"%x\r\n%s\r\n" % (len(item), item))
        await writer.drain()


@hostile(TOO_LARGE)
async def body_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"\r\n")
    await for_ever(writer, b"x" * 65_536)


@hostile(PROTOCOL)
async def chunks_of_one_byte(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(CHUNKED)
    await for_ever(writer, b"1\r\nx\r\n" * 10_000)


@hostile(PROTOCOL)
async def chunk_extension_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(CHUNKED + b"3;x=")
    await for_ever(writer, b"x" * 65_536)


@hostile(PROTOCOL)
async def trailers_without_end(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(CHUNKED + b"3\r\nabc\r\n0\r\n")
    await for_ever(writer, b"X-Trailer: x\r\n" * 100)


# ----------------------------------------------------------------------------------------- drips, silence
@hostile(TIMEOUT, timeout_s=TIMEOUT_S)
async def body_that_drips(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"\r\n")
    await for_ever(writer, b"x", DRIP_S)


@hostile(TIMEOUT, timeout_s=TIMEOUT_S)
async def headers_that_drip(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"X-Slow: ")
    await for_ever(writer, b"x", DRIP_S)


@hostile(TIMEOUT, timeout_s=TIMEOUT_S)
async def interim_answers_that_drip(reader: Reader, writer: Writer) -> None:
    await request(reader)
    await for_ever(writer, b"HTTP/1.1 102 Processing\r\n\r\n", DRIP_S)


@hostile(TIMEOUT, timeout_s=TIMEOUT_S)
async def gzip_that_drips_nothing(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:10])
    await for_ever(writer, b"\0\0\0\xff\xff", DRIP_S)  # an empty stored block (RFC 1951 §3.2.4)


@hostile(TIMEOUT, timeout_s=TIMEOUT_S)
async def silence(reader: Reader, writer: Writer) -> None:
    await asyncio.Event().wait()


# ----------------------------------------------------------------------------------------------- resets
@hostile(CONNECT)
async def reset_at_once(reader: Reader, writer: Writer) -> None:
    reset(writer)


@hostile(CONNECT)
async def reset_before_the_head(reader: Reader, writer: Writer) -> None:
    await request(reader)
    reset(writer)


@hostile(CONNECT)
async def reset_in_the_head(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"X-Half: ")
    await writer.drain()
    await asyncio.sleep(DRIP_S)
    reset(writer)


@hostile(PROTOCOL)
async def reset_in_the_body(reader: Reader, writer: Writer) -> None:
    await request(reader)
    writer.write(OK + b"Content-Length: 100\r\n\r\nabc")
    await writer.drain()
    await asyncio.sleep(DRIP_S)
    reset(writer)


# -------------------------------------------------------------------------------------------- redirects
def _redirect(target: str, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: %s\r\n%s\r\n" % (target.encode(), more)


answers("redirect to itself", LOOP, _redirect("/"))
answers("redirect to a place that is none", (Reject, "bad-url"), _redirect("http://[::1"))
answers(
    "redirect to itself with the same cookie each time",
    LOOP,
    _redirect("/", b"Set-Cookie: a=1\r\nContent-Length: 0\r\n"),
)
answers("redirect to two places", (Reject, "bad-url"), _redirect("/a", b"Location: http://b.test/\r\n"))
answers("redirect of 60,000 characters", (Reject, "bad-url"), _redirect("/" + "x" * 60_000))


@hostile(LOOP)
async def redirects_in_a_circle_of_two(reader: Reader, writer: Writer) -> None:
    writer.write(_redirect("/a" if await request(reader) != "/a" else "/b", b"Content-Length: 0\r\n"))


@hostile(LOOP)
async def redirects_without_end(reader: Reader, writer: Writer) -> None:
    writer.write(_redirect((await request(reader)) + "x", b"Content-Length: 0\r\n"))


@hostile(LOOP)
async def redirects_to_itself_with_another_cookie_each_time(reader: Reader, writer: Writer) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    more = "".join(f"Set-Cookie: {'x' * 90}{number}={len(head)}{'y' * 900}\r\n" for number in range(200))
    writer.write(_redirect("/", more.encode() + b"Content-Length: 0\r\n"))


@hostile(LOOP)
async def redirects_each_with_a_body_without_end(reader: Reader, writer: Writer) -> None:
    writer.write(_redirect((await request(reader)) + "x"))
    await for_ever(writer, b"x" * 65_536)


@hostile(TIMEOUT, timeout_s=TIMEOUT_S)
async def redirects_that_take_their_time(reader: Reader, writer: Writer) -> None:
    target = await request(reader)
    await asyncio.sleep(TIMEOUT_S / 3)
    writer.write(_redirect(target + "x", b"Content-Length: 0\r\n"))


# -------------------------------------------------------------------------------------------------- TLS
@hostile(TLS, scheme="https")
async def plain_HTTP_where_TLS_is_spoken(reader: Reader, writer: Writer) -> None:  # noqa: N802  # its name is what it is
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


@hostile(TLS, scheme="https")
async def garbage_where_TLS_is_spoken(reader: Reader, writer: Writer) -> None:  # noqa: N802  # the same
    writer.write(bytes(range(256)) * 100)
    await reader.read()


@hostile(TLS, scheme="https")
async def handshake_that_is_refused(reader: Reader, writer: Writer) -> None:
    writer.write(b"\x15\x03\x03\0\x02\x02\x28")  # a fatal alert: handshake_failure (RFC 8446 §6)
    await reader.read()


@hostile(CONNECT, scheme="https")
async def end_in_the_handshake(reader: Reader, writer: Writer) -> None:
    await reader.readexactly(5)


@hostile(TIMEOUT, scheme="https", timeout_s=TIMEOUT_S)
async def handshake_that_drips(reader: Reader, writer: Writer) -> None:
    writer.write(b"\x16\x03\x03\x3f\xff\x02\0\x3f\xfb\x03\x03")  # the beginning of a ServerHello of 16 KiB
    await for_ever(writer, b"\0", DRIP_S)


@hostile(TIMEOUT, scheme="https", timeout_s=TIMEOUT_S)
async def silence_in_the_handshake(reader: Reader, writer: Writer) -> None:
    await asyncio.Event().wait()
