"""Ask a site for its feeds: the address itself, the feeds that its page announces, the usual places, robots.txt."""

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin

from newswire.domain.feeds.credentials import Credentials
from newswire.domain.feeds.discovery import WELL_KNOWN, WELL_KNOWN_SITEMAPS, FeedChoice, Found, How, choose, is_enough
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.sitemaps import speaks_of_news
from newswire.errors import Reject, Retry, UsageError
from newswire.parsing.jobs import feed_links, parse_feed
from newswire.parsing.sites import robots
from newswire.ports import Request, Response, Web, Workers
from newswire.stages.limits import FEED_SETTING
from newswire.stages.poll.feed_reader import ACCEPT

_DEADLINE_S: Final = 20.0
_LOOKED_AT: Final = 10
"""The number of announced feeds that are fetched; the page's word is taken for the others."""
_SITEMAPS: Final = 5
"""The number of sitemaps that are fetched, with those that an index names."""
_PERMANENT: Final = frozenset((301, 308))


@dataclass(frozen=True, slots=True)
class DiscoveryRules:
    """The settings for looking for feeds."""

    max_bytes: int
    """The largest part of a document that is read."""
    obey_robots: bool
    """Ask robots.txt before addresses that nobody named are fetched: guesses, and sitemaps."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """The result of a search at one address: every feed that was found, and which of them to subscribe to."""

    url: str
    """The address that was searched."""
    choices: tuple[FeedChoice, ...]

    @property
    def taken(self) -> tuple[Found, ...]:
        """The feeds to subscribe to; empty where there is none."""
        return tuple(choice.found for choice in self.choices if choice.taken)


@dataclass(frozen=True, slots=True)
class Discovery:
    """Looks for the feeds of a site."""

    web: Web
    workers: Workers
    rules: DiscoveryRules

    async def search(self, url: str, *, everything: bool = False, credentials: Credentials | None = None) -> Discovered:
        """Find the feeds at an address: the address itself where it is a feed, else the feeds of its site.

        ``credentials`` are sent to their own origin alone. With ``everything`` all places are asked, and feeds of
        comments and news sitemaps are taken too.
        Raises `UsageError` where the address does not answer with 200, `Retry` or `Reject` where it does not answer.
        """
        return await _Search(self.web, self.workers, self.rules, everything, credentials).run(url)


@dataclass
class _Search:
    """One search, with the feeds found so far."""

    web: Web
    workers: Workers
    rules: DiscoveryRules
    everything: bool
    credentials: Credentials | None
    found: dict[str, Found] = field(default_factory=dict)
    """By address."""

    async def run(self, url: str) -> Discovered:
        response = await self.web.get(self._request(url))
        if response.status != 200:
            raise UsageError(f"{url} answered {response.status}: is the address right?")
        try:
            named = await self._parsed(response)
        except Reject:
            await self._announced(response)
            for search in (self._guesses, self._sitemaps):
                if self.everything or not is_enough(self._choices()):
                    await search(response.url)
        else:
            self.found[url] = _seen(url, "named", named)
        return Discovered(url, self._choices())

    def _choices(self) -> tuple[FeedChoice, ...]:
        return choose(list(self.found.values()), everything=self.everything)

    async def _announced(self, response: Response) -> None:
        arguments = (response.body, response.url, response.headers.get("content-type"))
        links = await self.workers.run(feed_links, *arguments, deadline_s=_DEADLINE_S)
        for number, link in enumerate(links):
            found = Found(link.url, "announced", title=link.title)
            if number < _LOOKED_AT:
                seen = await self._look(link.url, "announced")
                found = replace(seen, url=link.url, title=seen.title or link.title)
            self.found[link.url] = found

    async def _guesses(self, url: str) -> None:
        for path in WELL_KNOWN:
            found = await self._look(urljoin(url, path), "well-known")
            if found.passing:
                return  # a server in trouble is not asked for ten more
            if found.problem is None:
                self.found.setdefault(found.url, found)
                if not self.everything:
                    return

    async def _sitemaps(self, url: str) -> None:
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
                self.found.setdefault(found.url, found)
                queue = ([] if speaks_of_news(found.url) else _of_news(parsed)) + queue
            if found.entries and how == "well-known" and not self.everything:
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
        polite = self.rules.obey_robots and how != "announced"
        try:
            response = await self.web.get(replace(self._request(url), obey_robots=polite))
            if response.status != 200:
                passing = response.status == 429 or response.status >= 500
                return Found(url, how, problem=f"it answers {response.status}", passing=passing), None
            parsed = await self._parsed(response)
        except Retry as error:
            return Found(url, how, problem=str(error), passing=True), None
        except Reject as error:
            return Found(url, how, problem=str(error)), None
        return _seen(permanent_url(url, response), how, parsed), parsed

    def _request(self, url: str) -> Request:
        return Request(
            url,
            max_bytes=self.rules.max_bytes,
            max_bytes_setting=FEED_SETTING,
            truncate=True,
            accept=ACCEPT,
            credentials=self.credentials,
        )

    async def _parsed(self, response: Response) -> ParsedFeed:
        arguments = (response.body, response.url, response.headers.get("content-type"))
        return await self.workers.run(parse_feed, *arguments, deadline_s=_DEADLINE_S)


def permanent_url(asked: str, response: Response) -> str:
    """The final address where every redirect on the way was permanent (RFC 9110 §15.4), else the asked one."""
    moved = bool(response.redirects) and all(status in _PERMANENT for status, _ in response.redirects)
    return response.url if moved else asked


def _seen(url: str, how: How, parsed: ParsedFeed) -> Found:
    names = (entry.url or entry.id for entry in parsed.entries)
    return Found(url, how, parsed.format, parsed.title, frozenset(name for name in names if name))


def _of_news(index: ParsedFeed) -> list[str]:
    """The sitemaps of an index whose address speaks of news; the others list every page."""
    return [child.url for child in index.children if speaks_of_news(child.url)]
