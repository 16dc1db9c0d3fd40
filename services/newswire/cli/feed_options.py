"""newswire feeds set, newswire feeds events: one feed, what is decided for it and what became of it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from newswire.assembly.parts import open_parts
from newswire.cli.app import emit, run_async, say, settings
from newswire.cli.since import Since, moment
from newswire.cli.sources import as_url
from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import INTERVAL_MAX
from newswire.errors import UsageError
from newswire.events import feed_id_of
from newswire.ports import Feeds

Interval = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Poll it so often, whatever it says of itself. Errors and Retry-After count."),
]
NoInterval = Annotated[bool, typer.Option("--no-interval", help="Leave it to the schedule again.")]
Robots = Annotated[
    bool | None,
    typer.Option(
        "--ignore-robots/--obey-robots",
        help="Fetch its pages without asking robots.txt: for who has the publisher's leave.",
    ),
]
Enable = Annotated[
    bool, typer.Option("--enable", help="Poll it again, now, though it was given up as gone or as moved.")
]


def add_to(group: typer.Typer) -> None:
    """Define the commands."""
    group.command("set")(set_)
    group.command("events")(events)


async def known_feed(feeds: Feeds, url: str) -> FeedState:
    """The feed that a person means: by its address, one that it moved from, or one without its scheme.

    Raises `UsageError` when there is none.
    """
    found = await feeds.find(url) or await feeds.find(as_url(url))
    if found is None:
        raise UsageError(f"no feed {url}: 'newswire feeds list' shows them")
    return found


def set_(
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
    interval: Interval = None,
    no_interval: NoInterval = False,  # noqa: FBT002  # Typer's way
    ignore_robots: Robots = None,
    enable: Enable = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Decide something for one feed alone. What is not named stays as it is."""

    async def work() -> None:
        if interval is None and not no_interval and ignore_robots is None and not enable:
            raise UsageError("nothing to set: see 'newswire feeds set --help'")
        async with open_parts(settings()) as parts:
            feed = await known_feed(parts.feeds, url)
            options = decided(feed.options, interval, no_interval=no_interval, ignore_robots=ignore_robots)
            await parts.feeds.set_options(feed.url, options)
            if enable:
                await _enable(parts.feeds, feed, parts.clock.now())
            say(f"{feed.url}  {_words(options)}")

    run_async(work())


def decided(
    options: FeedOptions, interval: float | None, *, no_interval: bool, ignore_robots: bool | None
) -> FeedOptions:
    """The options after what the command line says. Raises `UsageError` for what goes ill together."""
    if interval is not None and no_interval:
        raise UsageError("--interval and --no-interval exclude each other")
    most = INTERVAL_MAX.total_seconds()
    if interval is not None and not 0 < interval <= most:
        raise UsageError(f"--interval {interval:g}: takes seconds, more than 0 and at most {most:.0f}")
    if interval is not None or no_interval:
        options = replace(options, interval_s=interval)
    return options if ignore_robots is None else replace(options, ignore_robots=ignore_robots)


def events(
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="Of one feed, even if it was removed.")] = None,
    since: Since = None,
) -> None:
    """What became of feeds, as it was told, a JSON object a line. Failing, silent, recovered, moved, gone; and gaps."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            start = moment(since, parts.clock.now())
            feed_id = None
            if url is not None:
                found = await parts.feeds.find(url) or await parts.feeds.find(as_url(url))
                feed_id = found.id if found else feed_id_of(as_url(url))
            async for event in parts.ledger.feed_events(feed_id, start):
                emit(event.value.decode())

    run_async(work())


async def _enable(feeds: Feeds, feed: FeedState, now: datetime) -> None:
    if feed.disabled is None:
        say(f"{feed.url} is polled as it is")
        return
    await feeds.enable(feed.url, now)
    say(f"{feed.url} is polled again; it was given up as: {feed.disabled}")


def _words(options: FeedOptions) -> str:
    pace = "by the schedule" if options.interval_s is None else f"every {options.interval_s:g} s"
    return f"polled {pace}, pages fetched {'without asking' if options.ignore_robots else 'as'} robots.txt" + (
        "" if options.ignore_robots else " allows"
    )
