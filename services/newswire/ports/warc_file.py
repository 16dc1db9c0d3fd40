"""The records of a WARC file that somebody hands over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from newswire.domain.archive.raw_page import Provenance


@dataclass(frozen=True, slots=True)
class WarcPage:
    """A page in a WARC file."""

    url: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Decoded."""
    provenance: Provenance | None = None
    """In newswire's own files: the entry that the page was fetched for."""


@dataclass(frozen=True, slots=True)
class WarcFileRecord:
    """A record of a WARC file: a page, or why it is none."""

    offset: int
    end: int
    """The offset behind it: from there one can go on."""
    page: WarcPage | None = None
    skipped: str | None = None
    """The type of a record that holds no page: request, revisit, metadata, …"""
    fault: str | None = None
    """What is wrong with a record that cannot be read."""
