"""`Archive` over files: records in WARC files, found by their indexes, erased in their places."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from newswire.adapters.archive.files import Files
from newswire.adapters.archive.pack import REVISIT_WITHIN, RecentBodies, packed
from newswire.adapters.archive.records import answer_in, lines_in, provenance_of
from newswire.adapters.archive.writer import PageWriter
from newswire.domain.archive.index import NOWHERE, IndexLine, RecordPlace, index_lines, index_text
from newswire.domain.archive.names import WARC, FetchWindow, day_of, hour_of, hours_of, index_name, window_of
from newswire.domain.archive.raw_page import RawPage
from newswire.domain.archive.tombstone import tombstone
from newswire.domain.archive.warc import digest
from newswire.ports import Clock
from newswire.ports.archive import Dropped, PackedPage

log = structlog.get_logger()

_AT_ONCE: Final = 16
"""Indexes that are read at once."""
_CLOSE_S: Final = 15.0


class WarcArchive:
    """`newswire.ports.Archive`."""

    def __init__(self, files: Files, clock: Clock, *, linger_s: float, file_bytes: int) -> None:
        """Holds the pages that wait to be written, and an index of those of the last day, for revisits."""
        self._files = files
        self._clock = clock
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
        for folder in await self._days(window):
            by_hour: dict[str, list[str]] = defaultdict(list)
            for name in await self._files.names(folder):
                if (span := window_of(name)) and span.meets(window):
                    by_hour[hour_of(span.start)].append(name)
            for hour in sorted(by_hour):
                lines = await self._lines(by_hour[hour])
                for line in sorted(lines, key=lambda line: (line.fetched_at, line.place)):
                    if since <= line.fetched_at <= until:
                        yield line

    async def find(self, windows: Mapping[UUID, FetchWindow]) -> tuple[IndexLine, ...]:
        """The pages of these entries."""
        hours = {hour for window in windows.values() for hour in hours_of(window)}
        spans = [(name, window_of(name)) for hour in sorted(hours) for name in await self._files.names(hour)]
        names = [name for name, span in spans if span and any(map(span.meets, windows.values()))]
        found = [line for line in await self._lines(names) if line.entry_id in windows]
        return tuple(sorted(found, key=lambda line: (line.fetched_at, line.place)))

    async def read(self, line: IndexLine) -> RawPage | None:
        """The page; that of a revisit has the body of the earlier one."""
        try:
            record, said, earlier = await asyncio.gather(*map(self._record, (line.place, line.metadata, line.body)))
            return _page(line, record, said, earlier)
        except (OSError, ValueError) as error:
            raise ValueError(f"{line.place.file}, byte {line.place.offset:,}: {error}") from error

    async def erase(self, windows: Mapping[UUID, FetchWindow]) -> int:
        """Put tombstones in the places of the records, then take the lines from the indexes."""
        found = await self.find(windows)
        by_file: dict[str, list[IndexLine]] = defaultdict(list)
        for line in found:
            by_file[line.place.file].append(line)
        for name, lines in by_file.items():
            await self._files.replace(name, partial(_buried, lines=lines, at=self._clock.now()))
            await self._files.replace(index_name(name), partial(_without, entry_ids=set(windows)))
        await self._files.tidy()
        if found:
            log.info("archive.erased", pages=len(found))
        return len(found)

    async def drop(self, before: date, *, pretend: bool = False) -> Dropped:
        """Delete whole days, the indexes first: a file without an index is found again."""
        days: list[date] = []
        count = 0
        for folder in await self._days(None):
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

    async def _days(self, window: FetchWindow | None) -> Sequence[str]:
        """The folders of the days that the archive has, or of those that a window touches, in order."""
        days: list[str] = []
        for year in await self._files.folders(""):
            for month in await self._files.folders(year):
                days += [folder for folder in await self._files.folders(month) if day_of(folder)]
        if window is None:
            return days
        first, last = window.start - timedelta(days=1), window.end
        return [day for day in days if first.strftime("%Y/%m/%d/") <= day <= last.strftime("%Y/%m/%d/")]

    async def _lines(self, names: Iterable[str]) -> list[IndexLine]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def read(name: str) -> list[IndexLine]:
            async with gate:
                return await self._index(name)

        return [line for lines in await asyncio.gather(*map(read, names)) for line in lines]

    async def _index(self, name: str) -> list[IndexLine]:
        text = await self._files.read(index_name(name))
        if text is not None:
            try:
                return list(index_lines(text))
            except ValueError as error:
                log.warning("archive.damaged", error=f"{index_name(name)}: {error}")
        data = await self._files.read(name)
        if data is None:
            return []
        return list(lines_in(name, data))

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


def _buried(data: bytes, *, lines: Iterable[IndexLine], at: datetime) -> bytes:
    changed = bytearray(data)
    for line in lines:
        for place in (line.place, line.metadata):
            changed[place.offset : place.offset + place.length] = tombstone(place.length, line.record_id, at)
    return bytes(changed)


def _without(text: bytes, *, entry_ids: set[UUID]) -> bytes:
    try:
        return index_text(line for line in index_lines(text) if line.entry_id not in entry_ids)
    except ValueError:
        return text  # damaged: readers go to the file instead
