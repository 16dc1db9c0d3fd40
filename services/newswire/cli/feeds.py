"""newswire feeds: the subscribed feeds."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newswire.assembly.backends import Backends, open_backends, open_fetch_backends
from newswire.assembly.exposure import readable_by_others
from newswire.assembly.operations import discovery, read_rules
from newswire.cli.app import WRONG, app, emit, run_async, say, settings
from newswire.cli.discovered import found_at
from newswire.cli.feed_contents import check_row
from newswire.cli.feed_options import add_to
from newswire.cli.sources import AllEntries, Listed, as_url, is_file, read_opml
from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.syntax import shown
from newswire.errors import NewswireError, UsageError
from newswire.operations.discover import Discovery
from newswire.operations.feed_options import known_feed
from newswire.operations.feeds_check import check_feed
from newswire.operations.subscribe import distinct, subscribe, subscription, tagged, with_all_entries
from newswire.operations.wire.feed_rows import feed_row
from newswire.parsing.feeds.opml import OpmlFeed, write_opml

feeds_app = typer.Typer(
    help="The subscribed feeds: add, import, export, list, check, set, events, remove.", no_args_is_help=True
)
app.add_typer(feeds_app, name="feeds")

Url = Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")]


@feeds_app.command("add")
def add(
    sources: Annotated[
        list[str], typer.Argument(metavar="FEED", help="Feeds, sites that link to their feeds, or OPML files.")
    ],
    tag: Annotated[list[str] | None, typer.Option(help="A tag for all of them; the option may be repeated.")] = None,
    everything: Annotated[  # noqa: FBT002  # Typer's way
        bool, typer.Option("--all", help="Ask a site in all places, and take comments and news sitemaps too.")
    ] = False,
    all_entries: AllEntries = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Subscribe to feeds. A site is asked for those that its page announces, then in the usual places.

    Arguments that cannot be taken are named, the others are taken; the exit code is then 1. It is 2 if none can be.
    """

    async def work() -> None:
        config = settings()
        async with open_backends(config) as backends, open_fetch_backends(config, backends.clock) as fetch_backends:
            looking, now = discovery(fetch_backends, config), backends.clock.now()
            found: list[FeedState] = []
            faults: list[str] = []
            for source in sources:
                try:
                    listed = await _looked_up(source, looking, now, everything=everything)
                except NewswireError as error:
                    if len(sources) == 1:
                        raise
                    faults.append(f"{shown(source)}: {error}")
                    continue
                found += listed.feeds
                faults += listed.faults
            if not found:
                raise UsageError("\n".join((*faults, "none of these can be taken")))
            tagged_feeds = [tagged(feed, tag or ()) for feed in distinct(found)]
            await _add(with_all_entries(tagged_feeds, wanted=all_entries), faults, backends)

    run_async(work())


async def _looked_up(source: str, looking: Discovery, now: datetime, *, everything: bool) -> Listed:
    """The feeds of one argument: an OPML file, a feed, or a site that is asked for its feeds."""
    if is_file(source):
        listed = read_opml(Path(source), now)
        return Listed(_shown(listed.feeds), listed.faults)
    plain = subscription(as_url(source), now)
    return Listed(await found_at(plain, looking, now, everything=everything), [])


@feeds_app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE.opml", help="As feed readers export it.")],
    all_entries: AllEntries = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Subscribe to every feed of an OPML file; its folders become tags. Nothing is fetched yet.

    Lines that cannot be taken are named, the others are imported; the exit code is then 1. It is 2 if none can be.
    """

    async def work() -> None:
        async with open_backends(settings()) as backends:
            listed = read_opml(path, backends.clock.now())
            feeds = with_all_entries(_shown(distinct(listed.feeds)), wanted=all_entries)
            await _add(feeds, listed.faults, backends)

    run_async(work())


@feeds_app.command("export")
def export() -> None:
    """Print every feed as OPML."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            feeds = await backends.feeds.all()
            lines = [OpmlFeed(url=feed.url, title=feed.title, tags=feed.tags) for feed in feeds]
            emit(write_opml(lines).decode().rstrip("\n"))

    run_async(work())


@feeds_app.command("list")
def list_() -> None:
    """Print every feed with its state, one JSON object per line."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            feeds = await backends.feeds.all()
            for feed in feeds:
                emit(json.dumps(feed_row(feed), ensure_ascii=False))
            if not feeds:
                say("no feeds yet: 'newswire feeds add FEED' subscribes to one")

    run_async(work())


@feeds_app.command("remove")
def remove(url: Url) -> None:
    """Unsubscribe. The articles that came through the feed stay."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            feed = await known_feed(backends.feeds, url, as_url(url))
            await backends.feeds.remove(feed.url)
            say(f"removed {feed.url}")

    run_async(work())


@feeds_app.command("check")
def check(url: Url) -> None:
    """Ask a feed as the poller would, and print the answer: validators, hints, hubs, sources, entries.

    Nothing is saved.
    """

    async def work() -> None:
        config = settings()
        async with open_backends(config) as backends, open_fetch_backends(config, backends.clock) as fetch_backends:
            asked = subscription(as_url(url), backends.clock.now())
            checked = await check_feed(
                asked,
                backends.feeds,
                backends.sources,
                fetch_backends.web,
                fetch_backends.workers,
                read_rules(config),
            )
            emit(json.dumps(check_row(checked), ensure_ascii=False, indent=2))

    run_async(work())


async def _add(found: list[FeedState], faults: list[str], backends: Backends) -> None:
    """Subscribe, then name the lines that could not be taken. Exits with 1 if there are any."""
    new = await subscribe(backends.feeds, found)
    if any(feed.options.credentials for feed in found) and (warning := readable_by_others(backends.settings)):
        say(warning)
    for fault in faults:
        say(f"not taken: {fault}")
    left = f", {len(faults)} not taken" if faults else ""
    say(f"{new} new, {len(found) - new} known already{left}")
    if faults:
        raise typer.Exit(WRONG)


def _shown(feeds: list[FeedState]) -> list[FeedState]:
    for feed in feeds:
        say(f"{feed.url}  {feed.title or ''}".rstrip())
    return feeds


add_to(feeds_app)
