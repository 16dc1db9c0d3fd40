"""Writes pages into files: what queues up within some seconds shares one."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from newswire import __version__, metrics
from newswire.adapters.archive.compress import member
from newswire.adapters.archive.files import Files
from newswire.adapters.archive.pack import RecentBodies
from newswire.adapters.database.group_commit import GroupCommit
from newswire.domain.archive import warc
from newswire.domain.archive.index import IndexLine, RecordPlace, index_text
from newswire.domain.archive.names import FetchWindow, file_name, hour_of, index_name
from newswire.ports import Clock
from newswire.ports.archive import PackedPage

_SOFTWARE: Final = f"newswire/{__version__}"


class PageWriter:
    """Returns to the caller of `keep` when file and index are durable."""

    def __init__(self, files: Files, clock: Clock, recent: RecentBodies, *, linger_s: float, file_bytes: int) -> None:
        """``linger_s``: for how many seconds a file waits for more pages. ``file_bytes`` fill it."""
        self._files = files
        self._clock = clock
        self._recent = recent
        self._commits = GroupCommit(
            self._write,
            weigh=lambda page: (len(page.record) + len(page.metadata)) / file_bytes,
            linger_s=linger_s,
            name="archive",
        )

    async def keep(self, page: PackedPage) -> None:
        """Write the page. Raises `Wait` when the store is away."""
        await self._commits.submit(page)

    async def close(self, timeout_s: float) -> None:
        """Write what waits, for at most ``timeout_s``."""
        await self._commits.close(timeout_s)

    async def _write(self, pages: Sequence[PackedPage]) -> None:
        """Write the pages, a file for each hour in which they were fetched."""
        by_time = sorted(pages, key=lambda page: page.fetched_at)
        for _, of_hour in groupby(by_time, lambda page: hour_of(page.fetched_at)):
            await self._write_file(list(of_hour))

    async def _write_file(self, pages: Sequence[PackedPage]) -> None:
        began = self._clock.now()
        body = b"".join(page.record + page.metadata for page in pages)
        name = file_name(FetchWindow(pages[0].fetched_at, pages[-1].fetched_at), body)
        head = member(warc.warcinfo(name, _SOFTWARE, pages[0].fetched_at))
        lines = list(_lines(name, pages, len(head)))
        await self._files.create(name, head + body)
        # After the file: an index without one would say what is not true, a file without an index can be read.
        await self._files.create(index_name(name), index_text(lines))
        for line in lines:
            if line.body is None:
                self._recent.kept(line)
        metrics.archive.archived(pages, len(head) + len(body), self._clock.now() - began)


def _lines(name: str, pages: Sequence[PackedPage], at: int) -> Iterator[IndexLine]:
    for page in pages:
        record = RecordPlace(name, at, len(page.record))
        metadata = RecordPlace(name, at + len(page.record), len(page.metadata))
        at += len(page.record) + len(page.metadata)
        yield IndexLine(
            url=page.url,
            fetched_at=page.fetched_at,
            status=page.status,
            mime=page.mime,
            digest=page.digest,
            entry_id=page.entry_id,
            article_id=page.article_id,
            record_id=page.record_id,
            place=record,
            metadata=metadata,
            body=page.revisit_of.place if page.revisit_of else None,
        )
