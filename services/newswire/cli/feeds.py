"""newswire feeds: what is polled."""

import json
from pathlib import Path
from typing import Annotated

import typer

from newswire.assembly.parts import Parts, open_parts, open_tools
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.cli.discover import discovery
from newswire.cli.feed_contents import contents
from newswire.cli.feed_options import add_to, known_feed
from newswire.cli.feed_rows import feed_row
from newswire.cli.sources import as_url, distinct, is_file, read_opml, subscription, tagged
from newswire.domain.feeds.state import FeedState
from newswire.domain.http.httpcache import validators_of
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.feeds.opml import OpmlFeed, write_opml
from newswire.ports import Request
from newswire.stages.poll.feed_reader import ACCEPT

feeds_app = typer.Typer(
    help="What is polled: add, import, export, list, check, set, events, remove.", no_args_is_help=True
)
app.add_typer(feeds_app, name="feeds")

Url = Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")]


@feeds_app.command("add")
def add(
    sources: Annotated[
        list[str], typer.Argument(metavar="FEED", help="Feeds, sites that link to their feeds, or OPML files.")
    ],
    tag: Annotated[list[str] | None, typer.Option(help="A tag for all of them; may be given again.")] = None,
    everything: Annotated[  # noqa: FBT002  # Typer's way
        bool, typer.Option("--all", help="Ask a site in all places, and take comments and news sitemaps too.")
    ] = False,
) -> None:
    """Subscribe to feeds. A site is asked for those that its page announces, then in the usual places."""

    async def work() -> None:
        config = settings()
        async with open_parts(config) as parts, open_tools(config, parts.clock) as tools:
            found: list[FeedState] = []
            for source in sources:
                if is_file(source):
                    found += _listed(read_opml(Path(source), parts.clock.now()))
                    continue
                url = as_url(source)
                subscription(url, parts.clock.now())  # whether it is an address is said before anybody is asked
                links = await discovery(tools, config).feeds(url, everything=everything)
                found += [subscription(link.url, parts.clock.now(), title=link.title) for link in links]
            await _add([tagged(feed, tag or ()) for feed in distinct(found)], parts)

    run_async(work())


@feeds_app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE.opml", help="As feed readers export it.")],
) -> None:
    """Subscribe to every feed of an OPML file; its folders become tags. Nothing is fetched yet."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            await _add(_listed(distinct(read_opml(path, parts.clock.now()))), parts)

    run_async(work())


@feeds_app.command("export")
def export() -> None:
    """Print every feed as OPML."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            feeds = await parts.feeds.all()
            lines = [OpmlFeed(url=feed.url, title=feed.title, tags=feed.tags) for feed in feeds]
            emit(write_opml(lines).decode().rstrip("\n"))

    run_async(work())


@feeds_app.command("list")
def list_() -> None:
    """Print every feed with its state, a JSON object a line."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            feeds = await parts.feeds.all()
            for feed in feeds:
                emit(json.dumps(feed_row(feed), ensure_ascii=False))
            if not feeds:
                say("no feeds yet: 'newswire feeds add FEED' subscribes to one")

    run_async(work())


@feeds_app.command("remove")
def remove(url: Url) -> None:
    """Unsubscribe. What came by the feed stays."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            feed = await known_feed(parts.feeds, url)
            await parts.feeds.remove(feed.url)
            say(f"removed {feed.url}")

    run_async(work())


@feeds_app.command("check")
def check(url: Url) -> None:
    """Ask a feed as the poller would, and print what came: validators, hints, hubs, entries. Saves nothing."""

    async def work() -> None:
        config = settings()
        async with open_parts(config) as parts, open_tools(config, parts.clock) as tools:
            subscription(as_url(url), parts.clock.now())
            request = Request(as_url(url), max_bytes=config.fetch.feed_max_bytes, accept=ACCEPT)
            response = await tools.web.get(request)
            shown: dict[str, object] = {
                "url": as_url(url),
                "final_url": response.url,
                "redirects": [list(hop) for hop in response.redirects],
                "status": response.status,
                "content_type": response.headers.get("content-type"),
                **validators_of(response.headers).model_dump(),
                "cache_control": response.headers.get("cache-control"),
                "retry_after": response.headers.get("retry-after"),
                "next_poll": await _next_poll(parts, as_url(url)),
            }
            if response.status == 200:
                parsed = await tools.workers.run(
                    parse_feed,
                    response.body,
                    response.url,
                    response.headers.get("content-type"),
                    deadline_s=config.extract.deadline_s,
                )
                shown |= contents(parsed)
            emit(json.dumps(shown, ensure_ascii=False, indent=2))

    run_async(work())


async def _add(found: list[FeedState], parts: Parts) -> None:
    new = await parts.feeds.add(found)
    say(f"{new} new, {len(found) - new} known already")


def _listed(feeds: list[FeedState]) -> list[FeedState]:
    for feed in feeds:
        say(f"{feed.url}  {feed.title or ''}".rstrip())
    return feeds


async def _next_poll(parts: Parts, url: str) -> str | None:
    known = next((feed for feed in await parts.feeds.all() if feed.url == url), None)
    return known.next_poll_at.isoformat() if known and known.next_poll_at else None


add_to(feeds_app)
