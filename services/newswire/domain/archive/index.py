"""The index of a file, as CDXJ: one line for each page, ``key timestamp {json}``, in the order of the keys.

The key is the address with its host reversed (SURT), as in the indexes of web archives
(https://specs.webrecorder.net/cdxj/0.1.0/). ``orig.*`` say where the body of a revisit lies, as pywb names them. What
starts with ``newswire.`` is ours.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit
from uuid import UUID

from newswire.domain.archive.warc import URI_CHARACTERS

_ENTRY: Final = "newswire.entry_id"
_ARTICLE: Final = "newswire.article_id"
_FETCHED: Final = "newswire.fetched_at"
_RECORD: Final = "newswire.record_id"
_METADATA: Final = ("newswire.metadata.offset", "newswire.metadata.length")


@dataclass(frozen=True, slots=True, order=True)
class RecordPlace:
    """Where a record lies: in which file, and which of its bytes."""

    file: str
    offset: int
    length: int


NOWHERE: Final = RecordPlace("", 0, 0)
"""The place of a revisit's body, in an index that was made anew: the file itself does not say it."""


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One archived page."""

    url: str
    fetched_at: datetime
    status: int
    mime: str | None
    digest: str
    """The digest of the body."""
    entry_id: UUID
    article_id: UUID
    record_id: UUID
    place: RecordPlace
    """The place of the response, or of the revisit."""
    metadata: RecordPlace
    body: RecordPlace | None = None
    """For a revisit: the place of the earlier response that has the body."""


def index_text(lines: Iterable[IndexLine]) -> bytes:
    """The index of a file."""
    return "".join(sorted(f"{_line(line)}\n" for line in lines)).encode()


def index_lines(text: bytes) -> Iterator[IndexLine]:
    """The lines of an index. Raises `ValueError` where it is none."""
    *lines, rest = text.decode().split("\n")
    if rest:
        raise ValueError("the index ends within a line")
    for line in lines:
        _, _, said = line.split(" ", 2)
        try:
            yield _read(json.loads(said))
        except (KeyError, TypeError) as error:
            raise ValueError(f"a line of the index lacks {error}") from error


def surt(url: str) -> str:
    """The address with its host reversed: ``https://www.n.example/a?b`` is ``example,n,www)/a?b``."""
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    key = f"{host}{port}){parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return quote(key, safe=URI_CHARACTERS, errors="replace")  # a line has no other spaces, and no other line ends


def _line(line: IndexLine) -> str:
    said: dict[str, Any] = {
        "url": line.url,
        "mime": "warc/revisit" if line.body else line.mime or "unk",
        "status": str(line.status),
        "digest": line.digest,
        "length": str(line.place.length),
        "offset": str(line.place.offset),
        "filename": line.place.file,
        _ENTRY: str(line.entry_id),
        _ARTICLE: str(line.article_id),
        _RECORD: str(line.record_id),
        _FETCHED: line.fetched_at.isoformat(),
        _METADATA[0]: str(line.metadata.offset),
        _METADATA[1]: str(line.metadata.length),
    }
    if line.body:
        at = {"length": str(line.body.length), "offset": str(line.body.offset), "filename": line.body.file}
        said |= {f"orig.{name}": value for name, value in at.items()}
    stamp = line.fetched_at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return f"{surt(line.url)} {stamp} {json.dumps(said)}"


def _read(said: dict[str, str]) -> IndexLine:
    file = said["filename"]
    body = None
    if "orig.filename" in said:
        body = RecordPlace(said["orig.filename"], int(said["orig.offset"]), int(said["orig.length"]))
    return IndexLine(
        url=said["url"],
        fetched_at=datetime.fromisoformat(said[_FETCHED]),
        status=int(said["status"]),
        mime=said["mime"],
        digest=said["digest"],
        entry_id=UUID(said[_ENTRY]),
        article_id=UUID(said[_ARTICLE]),
        record_id=UUID(said[_RECORD]),
        place=RecordPlace(file, int(said["offset"]), int(said["length"])),
        metadata=RecordPlace(file, int(said[_METADATA[0]]), int(said[_METADATA[1]])),
        body=body,
    )
