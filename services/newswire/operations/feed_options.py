"""Decide something for one subscribed feed: its interval, robots.txt, its credentials, polling it again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newswire.domain.feeds.credentials import Credentials, SecretHeader, for_feed
from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import INTERVAL_MAX
from newswire.domain.urls.syntax import shown
from newswire.errors import UsageError
from newswire.ports import Clock, Feeds


class UnencryptedError(UsageError):
    """Credentials would be sent over http. The operator may insist on it."""


@dataclass(frozen=True, slots=True)
class OptionChanges:
    """The wanted changes; a field that is left out changes nothing."""

    interval_s: float | None = None
    """Poll the feed so often, in seconds."""
    no_interval: bool = False
    """Leave the interval to the schedule again."""
    ignore_robots: bool | None = None
    """Fetch the pages of its entries without asking robots.txt."""
    headers: Sequence[SecretHeader] = ()
    """Send these headers; a header replaces another one with its name."""
    no_credentials: bool = False
    """Forget all secret headers."""
    over_http: bool = False
    """Send secret headers over http too."""


async def known_feed(feeds: Feeds, *urls: str) -> FeedState:
    """The subscribed feed that one of the addresses means, now or before the feed moved; the first one that does.

    Raises `UsageError` where there is none.
    """
    for url in urls:
        if found := await feeds.find(url):
            return found
    raise UsageError(f"no feed {shown(urls[0])}: 'newswire feeds list' shows them")


async def set_options(feed: FeedState, changes: OptionChanges, feeds: Feeds) -> FeedOptions:
    """Save and return the feed's options after the changes. Raises as `changed` does."""
    options = changed(feed.options, feed.url, changes)
    await feeds.set_options(feed.url, options)
    return options


async def enable(feed: FeedState, feeds: Feeds, clock: Clock) -> bool:
    """Poll a feed again that was given up as gone or as moved; False where it was not given up."""
    if feed.disabled is None:
        return False
    await feeds.enable(feed.url, clock.now())
    return True


def changed(options: FeedOptions, url: str, changes: OptionChanges) -> FeedOptions:
    """The options of the feed at ``url`` after the changes.

    Raises `UsageError` for changes that exclude others, and `UnencryptedError`.
    """
    if changes.interval_s is not None and changes.no_interval:
        raise UsageError("an interval cannot be set and left to the schedule at once")
    most = INTERVAL_MAX.total_seconds()
    if changes.interval_s is not None and not 0 < changes.interval_s <= most:
        raise UsageError(
            f"an interval of {changes.interval_s:g} seconds: it has to be more than 0 and at most {most:.0f}"
        )
    if changes.interval_s is not None or changes.no_interval:
        options = replace(options, interval_s=changes.interval_s)
    if changes.ignore_robots is not None:
        options = replace(options, ignore_robots=changes.ignore_robots)
    return replace(options, credentials=_credentials(options.credentials, url, changes))


def _credentials(before: Credentials | None, url: str, changes: OptionChanges) -> Credentials | None:
    if changes.no_credentials and changes.headers:
        raise UsageError("credentials cannot be set and forgotten at once")
    if changes.no_credentials:
        return None
    if changes.over_http and not changes.headers and before is None:
        raise UsageError("credentials are to be sent over http, and the feed has none")
    if not changes.headers and not changes.over_http:
        return before
    kept = before.headers if before is not None else ()
    insisted = changes.over_http or (before is not None and before.unencrypted)
    try:
        return for_feed(url, [*kept, *changes.headers], over_http=insisted)
    except ValueError as error:
        raise UnencryptedError(f"{url}: {error}") from error
