"""Reads the archive's own records, by FastWARC."""

import io
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from newswire.adapters.archive.fast_warc import ArchiveIterator, WarcRecord, WarcRecordType
from newswire.adapters.archive.members import GzipMember, members
from newswire.domain.archive.index import NOWHERE, IndexLine, RecordPlace
from newswire.domain.archive.raw_page import PROVENANCE, Provenance
from newswire.domain.archive.warc import ORIGINAL


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The HTTP answer in a record."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _ReadRecord:
    record_id: UUID
    digest: str
    answer: HttpAnswer | None
    provenance: Provenance | None
    is_revisit: bool


def answer_in(member: bytes) -> HttpAnswer | None:
    """The answer in a response or a revisit (whose body is empty); None where the record was erased."""
    for record in ArchiveIterator(io.BytesIO(member), record_types=WarcRecordType.response | WarcRecordType.revisit):
        return _answer(record)
    return None


def provenance_of(member: bytes) -> Provenance | None:
    """The provenance in a metadata record; None where the record was erased."""
    for record in ArchiveIterator(io.BytesIO(member), record_types=WarcRecordType.metadata):
        return _provenance(record)
    return None


def lines_in(name: str, data: bytes) -> Iterator[IndexLine]:
    """The lines of a file's index, made anew from the file. Where the body of a revisit lies, the file does not say.

    A process that died between file and index leaves a file without one. No article of its pages was published by then.
    Pages whose records are damaged are passed over.
    """
    found_in = members(io.BytesIO(data), 0, sys.maxsize)
    placed = [(RecordPlace(name, each.offset, each.end - each.offset), _record_in(each)) for each in found_in]
    for (place, found), (said, about) in pairwise(placed):
        answer = found.answer if found else None
        provenance = about.provenance if about else None
        if found is not None and answer is not None and provenance is not None:
            yield IndexLine(
                url=answer.url,
                fetched_at=provenance.fetched_at,
                status=answer.status,
                mime=None,
                digest=found.digest,
                entry_id=provenance.entry.id,
                article_id=provenance.article_id,
                record_id=found.record_id,
                place=place,
                metadata=said,
                body=NOWHERE if found.is_revisit else None,
            )


def _record_in(member: GzipMember) -> _ReadRecord | None:
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(member.data or b""))), None)
        return _read(record) if record is not None else None
    except (OSError, ValueError):
        return None


def _read(record: WarcRecord) -> _ReadRecord:
    kind = record.record_type
    return _ReadRecord(
        record_id=UUID((record.record_id or "").removeprefix("<urn:uuid:").removesuffix(">")),
        digest=record.headers.get("WARC-Payload-Digest") or "",
        answer=_answer(record) if kind in (WarcRecordType.response, WarcRecordType.revisit) else None,
        provenance=_provenance(record) if kind == WarcRecordType.metadata else None,
        is_revisit=kind == WarcRecordType.revisit,
    )


def _answer(record: WarcRecord) -> HttpAnswer:
    if not record.is_http_parsed:
        raise ValueError("a response that is not HTTP")
    return HttpAnswer(
        url=record.headers.get("WARC-Target-URI") or "",
        status=record.http_headers.status_code or 0,
        headers=http_headers(record, {"content-length"}),
        body=record.reader.read(),
    )


def http_headers(record: WarcRecord, left_out: Collection[str]) -> dict[str, str]:
    """The HTTP headers of a record: names in lower case, values as UTF-8, or else as Latin-1."""
    named = ((_text(name).lower(), _text(value)) for name, value in record.http_headers.items_bytes())
    return {name.removeprefix(ORIGINAL): value for name, value in named if name not in left_out}


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _provenance(record: WarcRecord) -> Provenance | None:
    data = record.reader.read()
    if (record.headers.get("Content-Type") or "") != "application/json":
        return None  # a tombstone
    return PROVENANCE.validate_json(data)
