"""Reads a WARC file as a stream: newswire's own, or another archive's (Common Crawl's CC-NEWS)."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final

from newswire.adapters.archive.fast_warc import ArchiveIterator, WarcRecord, WarcRecordType
from newswire.adapters.archive.members import AS_A_WHOLE, GzipMember, members
from newswire.adapters.archive.records import http_headers, provenance_of
from newswire.domain.archive.raw_page import Provenance
from newswire.ports.warc_file import WarcFileRecord, WarcPage

_BESIDE: Final = 500_000
"""Bytes that a record may have beside its body: headers, or a body whose coding makes it larger."""
_CODED: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that no longer say what is true once the body is decoded."""


def warc_records(file: BinaryIO, start: int, max_bytes: int) -> Iterator[WarcFileRecord]:
    """The records of a file that is compressed record by record, from the offset ``start`` on.

    A page over ``max_bytes`` is a fault, as is what cannot be read; reading goes on behind it.
    """
    waiting: tuple[WarcFileRecord, str | None] | None = None
    for member in members(file, start, max_bytes + _BESIDE):
        found, record_id, about = _read(member, max_bytes)
        if waiting is not None and found.skipped == "metadata" and about is not None and about == waiting[1]:
            page, said = waiting[0], _provenance_in(member)
            if page.page is not None and said is not None:
                yield replace(page, end=found.end, page=replace(page.page, provenance=said))
                waiting = None
                continue
        if waiting is not None:
            yield waiting[0]
        waiting = found, record_id
    if waiting is not None:
        yield waiting[0]


def _read(member: GzipMember, max_bytes: int) -> tuple[WarcFileRecord, str | None, str | None]:
    """The record, its id, and the id of the record that it is about."""
    place = WarcFileRecord(member.offset, member.end)
    if member.data is None:
        return replace(place, fault=member.fault), None, None
    try:
        records = iter(ArchiveIterator(io.BytesIO(member.data), auto_decode="all"))
        record = next(records, None)
        if record is None:
            return replace(place, fault="there is no WARC record in it"), None, None
        named = record.record_id, record.headers.get("WARC-Refers-To")
        if record.record_type == WarcRecordType.response:
            found = replace(place, page=_page(record, max_bytes))
        else:
            found = replace(place, skipped=record.headers.get("WARC-Type") or "unknown")
        if next(records, None) is not None:
            return replace(place, fault=f"several records in one. {AS_A_WHOLE}"), None, None
    except (OSError, ValueError) as error:
        return replace(place, fault=str(error).rstrip(".")), None, None
    return found, *named


def _provenance_in(member: GzipMember) -> Provenance | None:
    """The provenance in a metadata record; None where another archive says other things about its page."""
    try:
        return provenance_of(member.data or b"")
    except (OSError, ValueError):
        return None


def _page(record: WarcRecord, max_bytes: int) -> WarcPage:
    """The page in a response. Raises `ValueError` where it is not one that can be read."""
    body = record.reader.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise ValueError(f"a page of more than {max_bytes:,} bytes")
    if not record.is_http_parsed or record.http_headers.status_code is None:
        raise ValueError("a response that is not HTTP")
    if record.record_date is None:
        raise ValueError("a record without a date")
    return WarcPage(
        url=(record.headers.get("WARC-Target-URI") or "").strip("<> "),
        fetched_at=record.record_date,
        status=record.http_headers.status_code,
        headers=http_headers(record, _CODED),
        body=body,
    )
