"""The archive of raw pages: what every article was made from."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.archive.index import IndexLine
from newswire.domain.archive.names import FetchWindow
from newswire.domain.archive.raw_page import RawPage


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page as it is written, without its body in memory a second time."""

    url: str
    fetched_at: datetime
    status: int
    mime: str | None
    digest: str
    entry_id: UUID
    article_id: UUID
    record_id: UUID
    record: bytes
    """The response, or the revisit, as a gzip member."""
    metadata: bytes
    """The record of the page's provenance, as a gzip member."""
    revisit_of: IndexLine | None = None
    """The earlier page that has the same body."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What retention drops, or would drop."""

    days: tuple[date, ...] = ()
    files: int = 0


class ArchiveUpkeep(Protocol):
    """The daily upkeep of the files of the archive. Raises `Wait` as `Archive` does."""

    async def drop(self, before: date, *, pretend: bool = False) -> Dropped:
        """Delete all files of the days before ``before``; with ``pretend`` only count them."""
        ...

    async def merge(self, first: date, last: date) -> int:
        """Merge the many small files of each hour of these days into few; returns how many are gone.

        Readers find each page all the while. A process that dies leaves every page readable, and the next call goes on.
        """
        ...


class Archive(ArchiveUpkeep, Protocol):
    """Keeps raw pages as WARC files with their indexes. Every method raises `Wait` when the store of files is away."""

    async def pack(self, page: RawPage) -> PackedPage:
        """The page as records: a revisit where this process kept the same body from the same address lately."""
        ...

    async def keep(self, page: PackedPage) -> None:
        """Return when the page and its line in the index will survive a crash. Pages of the same time share a file."""
        ...

    def pages(self, since: datetime, until: datetime) -> AsyncIterator[IndexLine]:
        """The pages that were fetched in that time, hour by hour, in the order of their time."""
        ...

    async def find(self, windows: Mapping[UUID, FetchWindow]) -> tuple[IndexLine, ...]:
        """The pages of these entries, each looked for in its window, in the order of their time."""
        ...

    async def read(self, line: IndexLine) -> RawPage | None:
        """The page; None where it was erased or dropped. Raises `ValueError` where its records are damaged."""
        ...

    async def erase(self, windows: Mapping[UUID, FetchWindow]) -> int:
        """Erase the pages of these entries, each looked for in its window; returns how many there were.

        Other pages stay where they are. May be called again, also at the same time by several processes.
        """
        ...

    async def close(self) -> None:
        """Write what waits to be written, within bounded time."""
        ...
