"""Merges the files of an hour. A crash between two steps leaves every page in a file, and the next run goes on.

First a file with the pages of several others is written, then its index. Then each file is deleted whose pages all
stand in another one. A purge meanwhile may have reached a page in the old file alone: its tombstone there is put into
the new one first. A purge looks again after its work, so it finds the new file if that was there by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from newswire import __version__
from newswire.adapters.archive.bury import bury
from newswire.adapters.archive.compress import member
from newswire.adapters.archive.files import Files
from newswire.adapters.archive.indexes import Indexes
from newswire.domain.archive import warc
from newswire.domain.archive.index import IndexLine, RecordPlace, index_text
from newswire.domain.archive.merge import covered, together
from newswire.domain.archive.names import FetchWindow, file_name, folder_of, index_name
from newswire.domain.archive.tombstone import buried_ids
from newswire.ports import Clock


class Merger:
    """Merges files. Several processes may do so at once."""

    def __init__(self, files: Files, indexes: Indexes, clock: Clock) -> None:
        self._files = files
        self._indexes = indexes
        self._clock = clock

    async def merge(self, hour: str) -> int:
        """Merge the files of an hour; returns how many were deleted. Raises `Wait`."""
        files = await self._indexes.of_hour(hour)
        for group in together(files):
            await self._write({name: files[name] for name in group})
        gone = 0
        files = await self._indexes.of_hour(hour)
        for name in covered(files):
            gone += await self._deleted(name, has_pages=bool(files[name]))
        return gone

    async def _write(self, files: Mapping[str, Sequence[IndexLine]]) -> None:
        """Write the pages of these files into one. Erased pages are left out."""
        bodies: list[bytes] = []
        moved: dict[RecordPlace, RecordPlace] = {}
        lines: dict[object, IndexLine] = {}
        at = 0
        for name, found in files.items():
            data = await self._files.read(name)
            if data is None:
                return  # another process has merged it
            for line in found:
                if line.record_id in lines or line.metadata.offset + line.metadata.length > len(data):
                    continue  # or it is cut off at the end of its file, which then stays
                lines[line.record_id] = line
                for place in (line.place, line.metadata):
                    bodies.append(data[place.offset : place.offset + place.length])
                    moved[place] = RecordPlace("", at, len(bodies[-1]))
                    at += len(bodies[-1])
        if not lines:
            return
        body = b"".join(bodies)
        times = [line.fetched_at for line in lines.values()]
        into = file_name(FetchWindow(min(times), max(times)), body)
        if into in files:
            return
        head = member(warc.warcinfo(into, f"newswire/{__version__}", min(times)))
        places = {old: RecordPlace(into, len(head) + new.offset, new.length) for old, new in moved.items()}
        await self._files.create(into, head + body)
        await self._files.create(index_name(into), index_text(_moved(line, places) for line in lines.values()))

    async def _deleted(self, name: str, *, has_pages: bool) -> bool:
        """Delete a file whose pages all are in others, after its tombstones were put there too."""
        data = await self._files.read(name)
        if data is None:
            return False
        erased = buried_ids(data)
        if not erased and not has_pages:
            return False  # nothing in it can be read
        if erased:
            for other, lines in (await self._indexes.of_hour(folder_of(name))).items():
                if other != name and (found := [line for line in lines if line.record_id in erased]):
                    await bury(self._files, other, found, self._clock.now())
        await self._files.delete([index_name(name), name])
        return True


def _moved(line: IndexLine, places: Mapping[RecordPlace, RecordPlace]) -> IndexLine:
    """The line after the move; a body in a file that is not moved stays where it is."""
    body = places.get(line.body, line.body) if line.body else None
    return replace(line, place=places[line.place], metadata=places[line.metadata], body=body)
