"""WARC/1.1 records (ISO 28500:2017, https://iipc.github.io/warc-specifications/), uncompressed."""

from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate
from typing import Final
from urllib.parse import quote
from uuid import UUID

from newswire.domain.archive.raw_page import PROVENANCE, RawPage
from newswire.events import stable_id

IDENTICAL: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
ORIGINAL: Final = "x-archive-orig-"
"""Put before the names of headers that no longer describe the decoded body, as other archives do."""
URI_CHARACTERS: Final = "%:/?#[]@!$&'()*+,;=~"
"""What an address may have beside letters, digits, and ``-._`` (RFC 3986 §2)."""
_CHANGED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_END: Final = b"\r\n\r\n"
_LEFT_OUT: Final = frozenset({"set-cookie", "connection", "keep-alive"})
"""A cookie names this visitor, and the others speak of the connection."""

_MOST_HEADERS: Final = 24_000
"""Bytes of HTTP headers in a record. FastWARC reads no more than 32 KiB of them."""


def digest(data: bytes) -> str:
    """The labelled digest of a record: sha256 in base32 (RFC 4648 §6). Readers compare the padding too."""
    return "sha256:" + b32encode(sha256(data).digest()).decode()


def record_id(kind: str, page: RawPage) -> UUID:
    """The id of a record: the same for the same fetch, on every machine."""
    return stable_id("warc", kind, page.provenance.entry.id, page.provenance.fetched_at.isoformat())


def warcinfo(filename: str, software: str, at: datetime) -> bytes:
    """The record at the beginning of a file: who wrote it."""
    block = f"software: {software}\r\nformat: WARC file version 1.1\r\n".encode()
    fields = {"WARC-Filename": filename, "Content-Type": "application/warc-fields"}
    return _with_digest("warcinfo", stable_id("warc", "warcinfo", filename), at, block, fields)


def response(page: RawPage, payload_digest: str) -> tuple[bytes, bytes, bytes]:
    """The page with its HTTP headers, in parts to be written one after the other: a body is not copied to be joined."""
    fields = {**_about(page), "WARC-Payload-Digest": payload_digest}
    http = _http_head(page)
    of, at = record_id("response", page), page.provenance.fetched_at
    return _head("response", of, at, len(http) + len(page.body), fields) + http, page.body, _END


def revisit(page: RawPage, payload_digest: str, *, of: UUID, url: str, at: datetime) -> bytes:
    """The HTTP headers of a page whose body is that of an earlier response: record ``of``, from ``url`` at ``at``."""
    fields = {
        **_about(page),
        "WARC-Payload-Digest": payload_digest,
        "WARC-Profile": IDENTICAL,
        "WARC-Refers-To": urn(of),
        "WARC-Refers-To-Target-URI": _uri(url),
        "WARC-Refers-To-Date": moment(at),
    }
    return _with_digest("revisit", record_id("response", page), page.provenance.fetched_at, _http_head(page), fields)


def metadata(page: RawPage) -> bytes:
    """The provenance of a page, as JSON."""
    fields = {
        "WARC-Target-URI": _uri(page.url),
        "WARC-Refers-To": urn(record_id("response", page)),
        "Content-Type": "application/json",
    }
    block = PROVENANCE.dump_json(page.provenance, exclude_none=True)
    return _with_digest("metadata", record_id("metadata", page), page.provenance.fetched_at, block, fields)


def moment(at: datetime) -> str:
    """A time as WARC/1.1 writes it, to the microsecond (§5.4, a profile of ISO 8601)."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def urn(of: UUID) -> str:
    """The URI of a record."""
    return f"<urn:uuid:{of}>"


def record(kind: str, of: UUID, at: datetime, block: bytes, fields: Mapping[str, str]) -> bytes:
    """One record."""
    return _head(kind, of, at, len(block), fields) + block + _END


def _head(kind: str, of: UUID, at: datetime, length: int, fields: Mapping[str, str]) -> bytes:
    named = {"WARC-Type": kind, "WARC-Record-ID": urn(of), "WARC-Date": moment(at), **fields}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"WARC/1.1\r\n{lines}Content-Length: {length}\r\n\r\n".encode()


def _with_digest(kind: str, of: UUID, at: datetime, block: bytes, fields: Mapping[str, str]) -> bytes:
    return record(kind, of, at, block, {**fields, "WARC-Block-Digest": digest(block)})


def _about(page: RawPage) -> dict[str, str]:
    return {"WARC-Target-URI": _uri(page.url), "Content-Type": "application/http; msgtype=response"}


def _http_head(page: RawPage) -> bytes:
    """The status line without a phrase, which may be empty (RFC 9112 §4), and the headers."""
    lines = [line.encode() for line in _http_headers(page)]
    end = f"content-length: {len(page.body)}".encode()
    return b"\r\n".join((f"HTTP/1.1 {page.status} ".encode(), *_smallest(lines), end, b"", b""))


def _http_headers(page: RawPage) -> Iterator[str]:
    for name, value in page.headers.items():
        if name not in _LEFT_OUT:
            yield f"{ORIGINAL if name in _CHANGED else ''}{_token(name)}: {_one_line(value)}"


def _smallest(lines: Sequence[bytes]) -> Iterator[bytes]:
    """The lines in their order, without the largest ones (policies and reports) where all are too many."""
    by_size = sorted(range(len(lines)), key=lambda at: len(lines[at]))
    sizes = accumulate(len(lines[at]) + len("\r\n") for at in by_size)
    kept = {at for at, size in zip(by_size, sizes, strict=True) if size <= _MOST_HEADERS}
    return (line for at, line in enumerate(lines) if at in kept)


def _uri(url: str) -> str:
    """The address with what no URI may have percent-encoded."""
    return quote(_one_line(url), safe=URI_CHARACTERS)


def _token(name: str) -> str:
    return _one_line(name).replace(":", "")


def _one_line(text: str) -> str:
    return "".join(_printable(text)).strip()


def _printable(text: str) -> Iterable[str]:
    """Control characters become spaces, as a line end would begin another header; half of a pair is left out."""
    for char in text:
        if "\ud800" <= char <= "\udfff":
            continue
        yield char if char >= " " and char not in "\x7f\x85\u2028\u2029" else " "
