"""Reads the indexes of the archive's files, while other processes write, merge and delete files."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog

from newswire.adapters.archive.files import Files
from newswire.adapters.archive.records import lines_in
from newswire.domain.archive.index import NOWHERE, IndexLine, index_lines
from newswire.domain.archive.names import FetchWindow, day_of, index_name, window_of
from newswire.errors import Wait

log = structlog.get_logger()

_AT_ONCE: Final = 16
"""Indexes that are read at once."""
_TRIES: Final = 20
"""How often an hour is listed again in which files were deleted meanwhile."""


class Indexes:
    """The indexes of all files."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def days(self, window: FetchWindow | None) -> Sequence[str]:
        """The folders of the days that the archive has, or of those that a window touches, in order."""
        days: list[str] = []
        for year in await self._files.folders(""):
            for month in await self._files.folders(year):
                days += [folder for folder in await self._files.folders(month) if day_of(folder)]
        if window is None:
            return days
        first, last = window.start - timedelta(days=1), window.end
        return [day for day in days if first.strftime("%Y/%m/%d/") <= day <= last.strftime("%Y/%m/%d/")]

    async def of_hour(
        self, folder: str, wanted: Callable[[FetchWindow], bool] = lambda _: True
    ) -> Mapping[str, Sequence[IndexLine]]:
        """The lines of each file of an hour, or of those whose time is wanted.

        A file that was merged after the folder was listed is gone, and its pages are in one that was not listed: then
        the folder is listed again. Raises `Wait` where that never ends.
        """
        gate = asyncio.Semaphore(_AT_ONCE)

        async def read(name: str) -> Sequence[IndexLine] | None:
            async with gate:
                return await self._of(name)

        for _ in range(_TRIES):
            spans = [(name, window_of(name)) for name in await self._files.names(folder)]
            names = [name for name, span in spans if span and wanted(span)]
            found = await asyncio.gather(*map(read, names))
            if None not in found:
                return {name: lines for name, lines in zip(names, found, strict=True) if lines is not None}
        raise Wait(f"the files of {folder} are deleted all the time", dependency="archive")

    async def _of(self, name: str) -> Sequence[IndexLine] | None:
        """The lines of one file; None where it is gone."""
        text = await self._files.read(index_name(name))
        if text is not None:
            try:
                return list(index_lines(text))
            except ValueError as error:
                log.warning("archive.damaged", error=f"{index_name(name)}: {error}")
        data = await self._files.read(name)
        return None if data is None else list(lines_in(name, data))


def each_once(files: Mapping[str, Sequence[IndexLine]]) -> list[IndexLine]:
    """The pages of these files. While files are merged, a page stands in two of them."""
    found: dict[object, IndexLine] = {}
    for lines in files.values():
        for line in lines:
            if line.record_id not in found or found[line.record_id].body == NOWHERE:
                found[line.record_id] = line
    return list(found.values())
