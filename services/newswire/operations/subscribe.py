"""Subscribe to feeds: from an address, or from the feeds that were found at it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newswire.domain.feeds.credentials import for_feed, taken_out
from newswire.domain.feeds.discovery import Found
from newswire.domain.feeds.memory import NO_OPTIONS, FeedOptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.canonical import canonicalize
from newswire.domain.urls.syntax import parse, shown
from newswire.errors import UsageError
from newswire.events import feed_id_of
from newswire.parsing.feeds.raw import distinct as distinct_words
from newswire.parsing.text.plain_text import one_line
from newswire.ports import Feeds


def subscription(url: str, now: datetime, *, title: str | None = None, tags: tuple[str, ...] = ()) -> FeedState:
    """A new feed, due at once. A user name and password in its address become its credentials.

    Raises `UsageError`, which does not show them, where ``url`` is not an http(s) address or would send them
    unencrypted.
    """
    try:
        url, header = taken_out(url)
        canonicalize(url)
    except ValueError as error:
        raise UsageError(f"{shown(url)!r} is not a feed address: {error}") from error
    try:
        options = FeedOptions(credentials=for_feed(url, [header])) if header else NO_OPTIONS
    except ValueError as error:
        raise UsageError(
            f"{url}: {error}. Use https://, or add it without them and insist: "
            f"newswire feeds set {url} --user NAME --over-http"
        ) from error
    return FeedState(
        id=feed_id_of(url), url=url, added_at=now, title=title, tags=tags, next_poll_at=now, options=options
    )


def subscriptions(asked: FeedState, links: Sequence[Found], now: datetime) -> list[FeedState]:
    """The feeds that were found at an address; those of its own origin take over the credentials given with it."""
    found = [subscription(link.url, now, title=link.title) for link in links]
    credentials = asked.options.credentials
    if credentials is None:
        return found
    return [
        replace(feed, options=asked.options) if parse(feed.url).origin == credentials.origin else feed for feed in found
    ]


async def subscribe(feeds: Feeds, found: Sequence[FeedState]) -> int:
    """Subscribe to feeds; returns how many were new. A known feed keeps its options, but takes new credentials."""
    new = await feeds.add(found)
    for feed in found:
        if feed.options.credentials is None:
            continue
        known = await feeds.find(feed.url)
        if known is not None and known.options.credentials != feed.options.credentials:
            options = replace(known.options, credentials=feed.options.credentials)
            await feeds.set_options(known.url, options)
    return new


def tagged(feed: FeedState, tags: Sequence[str]) -> FeedState:
    """The feed with more tags, each on one line and once."""
    return replace(feed, tags=distinct_words((*feed.tags, *map(one_line, tags))))


def distinct(feeds: Sequence[FeedState]) -> list[FeedState]:
    """Each feed once, by its address."""
    return list({feed.url: feed for feed in feeds}.values())


def with_all_entries(feeds: Sequence[FeedState], *, wanted: bool) -> list[FeedState]:
    """The feeds; if it is ``wanted``, their first documents are taken however old the entries are."""
    return [replace(feed, options=replace(feed.options, all_entries=wanted)) for feed in feeds] if wanted else [*feeds]
