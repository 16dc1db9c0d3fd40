"""What a person means by a feed: a URL, an OPML file, or a site's address."""

from datetime import datetime
from pathlib import Path

from newswire.domain.feeds.state import FeedState
from newswire.errors import UsageError
from newswire.operations.subscribe import subscription
from newswire.parsing.feeds.opml import parse_opml


def is_file(source: str) -> bool:
    """Whether the argument names a file rather than an address."""
    return "://" not in source and (Path(source).is_file() or source.endswith((".opml", ".xml")))


def read_opml(path: Path, now: datetime) -> list[FeedState]:
    """The feeds of an OPML file. Raises `UsageError` saying what is wrong with it."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    try:
        return [subscription(line.url, now, title=line.title, tags=line.tags) for line in parse_opml(body)]
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def as_url(source: str) -> str:
    """The address that a person typed, with https:// where they left the scheme out."""
    return source if "://" in source else f"https://{source}"
