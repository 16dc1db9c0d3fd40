"""What a person means by a feed: a URL, an OPML file, or a site's address."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.canonical import canonicalize
from newswire.errors import UsageError
from newswire.events import feed_id_of
from newswire.parsing.feeds.opml import parse_opml
from newswire.parsing.feeds.raw import distinct as distinct_words
from newswire.parsing.text.plain_text import one_line


def subscription(url: str, now: datetime, *, title: str | None = None, tags: tuple[str, ...] = ()) -> FeedState:
    """A feed as it is subscribed to: due at once. Raises `UsageError` for what is no http(s) address."""
    try:
        canonicalize(url)
    except ValueError as error:
        raise UsageError(f"{url!r} is not a feed address: {error}") from error
    return FeedState(id=feed_id_of(url), url=url, added_at=now, title=title, tags=tags, next_poll_at=now)


def tagged(feed: FeedState, tags: Sequence[str]) -> FeedState:
    """With more tags, each on one line and once: an export's folders bring the same ones back."""
    return replace(feed, tags=distinct_words((*feed.tags, *map(one_line, tags))))


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


def distinct(feeds: Sequence[FeedState]) -> list[FeedState]:
    """Each feed once."""
    return list({feed.url: feed for feed in feeds}.values())
