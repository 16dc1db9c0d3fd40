"""The names of the archive's files, from which one sees without opening it which pages a file may hold.

``2026/11/27/19/20261127T194003Z-20261127T194005Z-1f0c….warc.gz`` holds pages that were fetched within that hour,
between these two seconds. Its index has the same name with the ending ``.cdxj``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final

WARC: Final = ".warc.gz"
CDXJ: Final = ".cdxj"
_HOUR: Final = timedelta(hours=1)
_SECOND: Final = "%Y%m%dT%H%M%SZ"
_NAME: Final = re.compile(r"\d{4}/\d\d/\d\d/\d\d/(\d{8}T\d{6}Z)-(\d{8}T\d{6}Z)-[0-9a-f]{32}\.warc\.gz")
_DAY: Final = re.compile(r"(\d{4})/(\d\d)/(\d\d)/?")


@dataclass(frozen=True, slots=True)
class FetchWindow:
    """A span of time, both ends included."""

    start: datetime
    end: datetime

    def meets(self, other: "FetchWindow") -> bool:
        """Whether the two have a moment in common."""
        return self.start <= other.end and other.start <= self.end


def hour_of(at: datetime) -> str:
    """The folder of the pages that were fetched in the same hour."""
    return at.astimezone(UTC).strftime("%Y/%m/%d/%H/")


def hours_of(window: FetchWindow) -> Iterator[str]:
    """The folders of all hours that a window touches, in order."""
    at = window.start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at <= window.end:
        yield hour_of(at)
        at += _HOUR


def file_name(window: FetchWindow, content: bytes) -> str:
    """The name of a file whose pages were all fetched within one hour, at these times.

    The content is part of the name, so two processes never write different files under one name.
    """
    first, last = (at.astimezone(UTC).strftime(_SECOND) for at in (window.start, window.end))
    return f"{hour_of(window.start)}{first}-{last}-{sha256(content).hexdigest()[:32]}{WARC}"


def window_of(name: str) -> FetchWindow | None:
    """The time in which the pages of a file were fetched; None where the name is not one of the archive's."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        first, last = (datetime.strptime(part, _SECOND).replace(tzinfo=UTC) for part in found.groups())
    except ValueError:
        return None
    return FetchWindow(first, last + timedelta(seconds=1) - timedelta(microseconds=1))


def folder_of(name: str) -> str:
    """The folder of a file."""
    return name.rpartition("/")[0] + "/"


def index_name(name: str) -> str:
    """The name of a file's index."""
    return name.removesuffix(WARC) + CDXJ


def day_of(folder: str) -> date | None:
    """The day of a folder ``2026/11/27/``; None where it is no such folder."""
    found = _DAY.fullmatch(folder)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
