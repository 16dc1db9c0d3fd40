"""Asking a site for its feeds: the address itself, what its page announces, the usual places, robots.txt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin

from newswire.assembly.parts import Tools
from newswire.cli.app import say
from newswire.domain.feeds.discovery import WELL_KNOWN, WELL_KNOWN_SITEMAPS, Choice, Found, How, choose, is_enough
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.sitemaps import speaks_of_news
from newswire.errors import Reject, Retry, UsageError
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.sites import robots
from newswire.parsing.sites.autodiscovery import feed_links
from newswire.ports import Request, Response, Web, Workers
from newswire.settings import Settings
from newswire.stages.poll.feed_reader import ACCEPT

_DEADLINE_S: Final = 20.0
_LOOKED_AT: Final = 10
"""Announced feeds that are fetched to be shown; any more are taken at the page's word."""
_SITEMAPS: Final = 5
"""Sitemaps that are fetched, those that indexes name included."""
_PERMANENT: Final = frozenset((301, 308))


@dataclass
class Discovery:
    """Looks for feeds. Each is told to ``tell``, with what it is and what became of it."""

    web: Web
    workers: Workers
    max_bytes: int
    obey_robots: bool
    """For addresses that nobody named: guesses, and what robots.txt leads to."""
    tell: Callable[[str], None]
    _found: dict[str, Found] = field(default_factory=dict)

    async def feeds(self, url: str, *, everything: bool = False) -> list[Found]:
        """What to subscribe to at an address: itself when it is a feed, else what `choose` takes of its site's.

        With ``everything`` all places are asked, and comments and news sitemaps are taken too.
        Raises `UsageError` when there is nothing, `Retry` or `Reject` when the address does not answer.
        """
        self._found = {}
        response = await self.web.get(Request(url, max_bytes=self.max_bytes, accept=ACCEPT))
        if response.status != 200:
            raise UsageError(f"{url} answered {response.status}: is the address right?")
        try:
            named = await self._parsed(response)
        except Reject:
            await self._announced(response)
            for search in (self._guesses, self._sitemaps):
                if everything or not is_enough(self._choices(everything=everything)):
                    await search(response.url, everything=everything)
        else:
            self._found[url] = _seen(url, "named", named)
        choices = self._choices(everything=everything)
        for choice in choices:
            self.tell(_line(choice))
        if not any(choice.taken for choice in choices):
            raise UsageError(_nothing(url, choices))
        return [choice.found for choice in choices if choice.taken]

    def _choices(self, *, everything: bool) -> tuple[Choice, ...]:
        return choose(list(self._found.values()), everything=everything)

    async def _announced(self, response: Response) -> None:
        arguments = (response.body, response.url, response.headers.get("content-type"))
        links = await self.workers.run(feed_links, *arguments, deadline_s=_DEADLINE_S)
        for number, link in enumerate(links):
            found = Found(link.url, "announced", title=link.title)
            if number < _LOOKED_AT:
                seen = await self._look(link.url, "announced")
                found = replace(seen, url=link.url, title=seen.title or link.title)
            self._found[link.url] = found

    async def _guesses(self, url: str, *, everything: bool) -> None:
        for path in WELL_KNOWN:
            found = await self._look(urljoin(url, path), "well-known")
            if found.passing:
                return  # a server in trouble is not asked for ten more
            if found.problem is None:
                self._found.setdefault(found.url, found)
                if not everything:
                    return

    async def _sitemaps(self, url: str, *, everything: bool) -> None:
        named = await self._in_robots(urljoin(url, "/robots.txt"))
        queue = sorted(named, key=lambda address: not speaks_of_news(address))
        how: How = "robots" if named else "well-known"
        queue = queue or [urljoin(url, path) for path in WELL_KNOWN_SITEMAPS]
        for _ in range(_SITEMAPS):
            if not queue:
                break
            found, parsed = await self._read(queue.pop(0), how)
            if found.passing:
                break
            if parsed is not None:
                self._found.setdefault(found.url, found)
                queue = ([] if speaks_of_news(found.url) else _of_news(parsed)) + queue
            if found.entries and how == "well-known" and not everything:
                break

    async def _in_robots(self, url: str) -> tuple[str, ...]:
        try:
            response = await self.web.get(Request(url, max_bytes=robots.MAX_BYTES))
        except (Reject, Retry):
            return ()
        return robots.sitemaps_named(response.body, response.url) if response.status == 200 else ()

    async def _look(self, url: str, how: How) -> Found:
        return (await self._read(url, how))[0]

    async def _read(self, url: str, how: How) -> tuple[Found, ParsedFeed | None]:
        polite = self.obey_robots and how != "announced"
        try:
            response = await self.web.get(Request(url, max_bytes=self.max_bytes, accept=ACCEPT, obey_robots=polite))
            if response.status != 200:
                passing = response.status == 429 or response.status >= 500
                return Found(url, how, problem=f"it answers {response.status}", passing=passing), None
            parsed = await self._parsed(response)
        except Retry as error:
            return Found(url, how, problem=str(error), passing=True), None
        except Reject as error:
            return Found(url, how, problem=str(error)), None
        moved = bool(response.redirects) and all(status in _PERMANENT for status, _ in response.redirects)
        return _seen(response.url if moved else url, how, parsed), parsed

    async def _parsed(self, response: Response) -> ParsedFeed:
        arguments = (response.body, response.url, response.headers.get("content-type"))
        return await self.workers.run(parse_feed, *arguments, deadline_s=_DEADLINE_S)


def _seen(url: str, how: How, parsed: ParsedFeed) -> Found:
    names = (entry.url or entry.id for entry in parsed.entries)
    return Found(url, how, parsed.format, parsed.title, frozenset(name for name in names if name))


def _of_news(index: ParsedFeed) -> list[str]:
    """The sitemaps of an index that speak of news; the others list every page."""
    return [child.url for child in index.children if speaks_of_news(child.url)]


def _line(choice: Choice) -> str:
    found = choice.found
    what = [found.format or "", f'"{found.title}"' if found.title else ""]
    if found.format not in {None, "sitemap-index"}:
        what.append("1 entry" if len(found.entries) == 1 else f"{len(found.entries)} entries")
    verdict = "subscribed" if choice.taken else "left out"
    return f"{found.url}  {', '.join(filter(None, what))}  {verdict}: {choice.why}"


def _nothing(url: str, choices: Sequence[Choice]) -> str:
    if choices:
        return f"nothing at {url} was taken; an address above is subscribed to all the same when you name it"
    return (
        f"{url} is not a feed, its page links to none, there is none at the usual addresses "
        f"({', '.join(WELL_KNOWN[:4])}, …), and robots.txt names no sitemap. Look for a link named RSS or Feed "
        "on the site and name its address"
    )


def discovery(tools: Tools, config: Settings) -> Discovery:
    """By the settings, telling people on stderr."""
    return Discovery(
        tools.web,
        tools.workers,
        max_bytes=config.fetch.feed_max_bytes,
        obey_robots=config.fetch.obey_robots,
        tell=say,
    )
