"""The sources of feeds that a person can name: the URL of a feed, an OPML file, or the address of a site."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newswire.domain.feeds.state import FeedState
from newswire.errors import UsageError
from newswire.operations.subscribe import subscription
from newswire.parsing.feeds.opml import parse_opml

AllEntries = Annotated[
    bool,
    typer.Option(
        "--all-entries", help="Take all entries of feeds that are new, whatever NEWSWIRE_POLL__FIRST_MAX_AGE_DAYS says."
    ),
]


@dataclass(frozen=True, slots=True)
class Listed:
    """What an OPML file lists."""

    feeds: list[FeedState]
    faults: list[str]
    """One message for each line that cannot be taken, with the file and the line."""


def is_file(source: str) -> bool:
    """Whether the argument names a file rather than an address."""
    return "://" not in source and (Path(source).is_file() or source.endswith((".opml", ".xml")))


def read_opml(path: Path, now: datetime) -> Listed:
    """The feeds of an OPML file, and its lines that cannot be taken.

    Raises `UsageError` that says what is wrong if none can be taken.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    try:
        listed = parse_opml(body)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    feeds: list[FeedState] = []
    faults = [f"{path}: {fault}" for fault in listed.faults]
    for feed in listed.feeds:
        try:
            feeds.append(subscription(feed.url, now, title=feed.title, tags=feed.tags))
        except UsageError as error:
            faults.append(f"{path}: line {feed.line}: {error}")
    if not feeds:
        raise UsageError("\n".join((*faults, f"{path}: none of its feeds can be taken")))
    return Listed(feeds, faults)


def as_url(source: str) -> str:
    """The address that a person typed, with https:// where they left the scheme out."""
    return source if "://" in source else f"https://{source}"
