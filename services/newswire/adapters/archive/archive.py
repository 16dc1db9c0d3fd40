"""`Archive` over files: records in WARC files, found by their indexes, erased in their places."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import structlog

from newswire.adapters.archive.bury import bury
from newswire.adapters.archive.files import Files
from newswire.adapters.archive.indexes import Indexes, each_once
from newswire.adapters.archive.merge import Merger
from newswire.adapters.archive.pack import REVISIT_WITHIN, RecentBodies, packed
from newswire.adapters.archive.records import answer_in, provenance_of
from newswire.adapters.archive.writer import PageWriter
from newswire.domain.archive.index import NOWHERE, IndexLine, RecordPlace
from newswire.domain.archive.names import WARC, FetchWindow, day_of, folder_of, hours_of, window_of
from newswire.domain.archive.raw_page import RawPage
from newswire.domain.archive.warc import digest
from newswire.errors import Wait
from newswire.ports import Clock
from newswire.ports.archive import Dropped, PackedPage

log = structlog.get_logger()

_TRIES: Final = 20
"""How often pages are looked for again that were merged while they were erased."""
_CLOSE_S: Final = 15.0


class WarcArchive:
    """`newswire.ports.Archive`."""

    def __init__(self, files: Files, clock: Clock, *, linger_s: float, file_bytes: int) -> None:
        """Holds the pages that wait to be written, and an index of those of the last day, for revisits."""
        self._files = files
        self._clock = clock
        self._indexes = Indexes(files)
        self._merger = Merger(files, self._indexes, clock)
        self._recent = RecentBodies()
        self._writer = PageWriter(files, clock, self._recent, linger_s=linger_s, file_bytes=file_bytes)

    async def pack(self, page: RawPage) -> PackedPage:
        """The page as records, compressed in a thread."""
        return await asyncio.to_thread(packed, page, self._recent)

    async def keep(self, page: PackedPage) -> None:
        """Return when the page is in a file, and in that file's index."""
        await self._writer.keep(page)

    async def pages(self, since: datetime, until: datetime) -> AsyncIterator[IndexLine]:
        """The pages that were fetched in that time, in order."""
        window = FetchWindow(since, until)
        for folder in await self._indexes.days(window):
            for hour in await self._hours(folder):
                lines = each_once(await self._indexes.of_hour(hour, window.meets))
                for line in sorted(lines, key=lambda line: (line.fetched_at, line.place)):
                    if since <= line.fetched_at <= until:
                        yield line

    async def find(self, windows: Mapping[UUID, FetchWindow]) -> tuple[IndexLine, ...]:
        """The pages of these entries."""
        found = each_once(await self._copies(windows))
        return tuple(sorted(found, key=lambda line: (line.fetched_at, line.place)))

    async def read(self, line: IndexLine) -> RawPage | None:
        """The page; that of a revisit has the body of the earlier one."""
        try:
            record, said, earlier = await self._records(line)
            if record is None or said is None or (line.body and earlier is None):
                record, said, earlier = await self._records(await self._where_now(line))
            return _page(line, record, said, earlier)
        except (OSError, ValueError) as error:
            raise ValueError(f"{line.place.file}, byte {line.place.offset:,}: {error}") from error

    async def erase(self, windows: Mapping[UUID, FetchWindow]) -> int:
        """Put tombstones in the places of the records, then take the lines from the indexes.

        Afterwards it looks again, as a file with these pages may have been merged into another one meanwhile.
        """
        erased: set[UUID] = set()
        for _ in range(_TRIES):
            found = await self._copies(windows)
            for name, lines in found.items():
                await bury(self._files, name, lines, self._clock.now())
                erased |= {line.record_id for line in lines}
            if not found:
                break
        else:
            raise Wait("the pages to erase are written anew all the time", dependency="archive")
        await self._files.tidy()
        if erased:
            log.info("archive.erased", pages=len(erased))
        return len(erased)

    async def merge(self, first: date, last: date) -> int:
        """Merge the files of each hour of these days."""
        gone = 0
        for folder in await self._indexes.days(None):
            if (day := day_of(folder)) and first <= day <= last:
                for hour in await self._hours(folder):
                    gone += await self._merger.merge(hour)
        if gone:
            log.info("archive.merged", files=gone)
        return gone

    async def drop(self, before: date, *, pretend: bool = False) -> Dropped:
        """Delete whole days, the indexes first: a file without an index is found again."""
        days: list[date] = []
        count = 0
        for folder in await self._indexes.days(None):
            day = day_of(folder)
            if day is None or day >= before - REVISIT_WITHIN:
                continue
            names = await self._files.names(folder)
            files = [name for name in names if name.endswith(WARC)]
            days.append(day)
            count += len(files)
            if not pretend:
                await self._files.delete([*(name for name in names if name not in set(files)), *files])
        if count and not pretend:
            log.info("archive.dropped", files=count, until=max(days).isoformat())
        return Dropped(tuple(days), count)

    async def close(self) -> None:
        """Write what waits, for at most 15 seconds."""
        await self._writer.close(_CLOSE_S)

    async def _hours(self, day: str) -> Sequence[str]:
        """The folders of the hours of a day that hold files, in order."""
        return sorted({folder_of(name) for name in await self._files.names(day) if window_of(name)})

    async def _copies(self, windows: Mapping[UUID, FetchWindow]) -> dict[str, Sequence[IndexLine]]:
        """The lines of these entries, by file. While files are merged, a page stands in two of them."""
        found: dict[str, Sequence[IndexLine]] = {}
        for hour in sorted({hour for window in windows.values() for hour in hours_of(window)}):
            read = await self._indexes.of_hour(hour, lambda span: any(map(span.meets, windows.values())))
            found |= {name: [line for line in lines if line.entry_id in windows] for name, lines in read.items()}
        return {name: lines for name, lines in found.items() if lines}

    async def _records(self, line: IndexLine) -> Sequence[bytes | None]:
        return await asyncio.gather(*map(self._record, (line.place, line.metadata, line.body)))

    async def _where_now(self, line: IndexLine) -> IndexLine:
        """The line with the places that its records have after a merge, as far as they are found."""
        lines = each_once(await self._indexes.of_hour(folder_of(line.place.file)))
        found = next((other for other in lines if other.record_id == line.record_id), line)
        if line.body is None or line.body == NOWHERE:
            return found
        bodies = each_once(await self._indexes.of_hour(folder_of(line.body.file)))
        body = next((other.place for other in bodies if not other.body and other.digest == line.digest), line.body)
        return replace(found, body=body)

    async def _record(self, place: RecordPlace | None) -> bytes | None:
        if place is None or place == NOWHERE:
            return None
        data = await self._files.read(place.file, place.offset, place.length)
        if data is not None and len(data) < place.length:
            raise ValueError("the file ends within the page")
        return data


def _page(line: IndexLine, record: bytes | None, said: bytes | None, earlier: bytes | None) -> RawPage | None:
    """The page in its records. Raises `OSError` or `ValueError` where they are damaged."""
    answer = answer_in(record) if record else None
    provenance = provenance_of(said) if said else None
    kept = answer
    if line.body is not None:
        kept = answer_in(earlier) if earlier else None
    if answer is None or provenance is None or kept is None:
        return None
    if digest(kept.body) != line.digest:
        raise ValueError("the body is not the one that was archived")
    return RawPage(line.url, answer.status, kept.body, provenance, answer.headers)
