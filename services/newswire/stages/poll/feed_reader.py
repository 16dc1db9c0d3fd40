"""Asking a feed's server, and what its answer is: a document, nothing new, or a reason why not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog

from newswire.domain.feeds.entries import Identified, identify
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.sitemaps import MAX_PARTS, may_change_unseen, parts_to_read, recent
from newswire.domain.feeds.state import FeedState
from newswire.domain.http.httpcache import retry_after
from newswire.errors import Reject, Retry, Stop, UsageError, Wait
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.sites.autodiscovery import feed_links
from newswire.ports import Request, Response, Web, Workers

log = structlog.get_logger()

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
HELD: Final = "host-held"
_FEW: Final = 1_000
"""Entries that are identified where they are: 20 ms."""
_SAYS_SOMETHING: Final = frozenset({200, 203, 226})


@dataclass(frozen=True, slots=True)
class ReadRules:
    """The settings that reading goes by."""

    max_bytes: int
    timeout_s: float
    deadline_s: float
    """For parsing one document."""
    obey_robots: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a feed came to."""

    outcome: str
    """``entries``, ``not-modified``, ``same-body``, `HELD`, or the reason of a failure."""
    failed: bool = False
    response: Response | None = None
    document: ParsedFeed | None = None
    """With the entries of a sitemap index's parts, and without a plain sitemap's old pages."""
    body_hash: str | None = None
    partial: bool = False
    """Entries may be missing: the document was cut off, or a part of it could not be had."""
    delta: bool = False
    """Only what is new was sent (226, RFC 3229)."""
    lasting: bool = True
    """The same document again would mean that nothing is new; not so where parts of it may have changed alone."""
    retry_after: timedelta | None = None
    """What the server asked for, with this answer or an earlier one that still holds."""
    announced: tuple[str, ...] = ()
    """Of a web page in the feed's place: the feeds that it announces."""

    @property
    def whole(self) -> bool:
        """Whether the document, where there is one, holds all that the feed has to say."""
        return not (self.partial or self.delta)

    @property
    def held(self) -> bool:
        """Nobody was asked: the host wants to be left alone, be it because of another of its feeds."""
        return self.outcome == HELD


class FeedReader:
    """Reads feeds over the web, and parses them where a hostile one hurts nobody."""

    def __init__(self, web: Web, workers: Workers, rules: ReadRules) -> None:
        """Holds no state."""
        self._web = web
        self._workers = workers
        self._rules = rules

    async def read(self, feed: FeedState, now: datetime) -> Reading:
        """Ask the feed's server. A failure is an answer too; raises `Wait`, `Stop` and `UsageError` only."""
        response: Response | None = None
        try:
            asking = replace(self._request(feed, feed.url), validators=feed.validators, delta=True)
            response = await self._web.get(asking)
            reading = await self._answered(feed, response, now)
        except Retry as error:
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
            wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
            reading = Reading(error.reason, failed=True, retry_after=wait)
        except Reject as error:
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
            announced = await self._announced(response) if response and error.reason == "not-a-feed" else ()
            reading = Reading(error.reason, failed=True, announced=announced)
        except (Wait, Stop, UsageError):
            raise
        except Exception:
            # A mistake of ours that one feed brings to light must not stop the others.
            log.exception("feed.poll.unexpected")
            reading = Reading("unexpected", failed=True)
        if response is None:
            return reading
        return replace(reading, response=response, retry_after=retry_after(response.headers, now))

    async def document(self, feed: FeedState, url: str) -> ParsedFeed:
        """Another document that belongs to ``feed``: an archive page, a part of a sitemap. Unconditionally.

        Raises `Retry` and `Reject` where it cannot be had or is none.
        """
        response = await self._web.get(self._request(feed, url))
        if response.status != 200:
            raise Retry(f"http-{response.status}", f"{url} answered {response.status}")
        return await self._parsed(response)

    async def identified(self, document: ParsedFeed) -> tuple[Identified, ...]:
        """The document's entries, each with what it goes by; where they are many, off the event loop."""
        if len(document.entries) <= _FEW:
            return identify(document)
        return await self._workers.run(identify, document, deadline_s=self._rules.deadline_s)

    async def text(self, feed: FeedState, url: str) -> bytes:
        """A small file as it is, e.g. robots.txt; empty where there is none. Raises `Retry` and `Reject`."""
        response = await self._web.get(self._request(feed, url))
        return response.body if response.status == 200 else b""

    def _request(self, feed: FeedState, url: str) -> Request:
        return Request(
            url,
            max_bytes=self._rules.max_bytes,
            timeout_s=self._rules.timeout_s,
            accept=ACCEPT,
            feed_id=feed.id,
            obey_robots=self._rules.obey_robots and not feed.options.ignore_robots,
        )

    async def _answered(self, feed: FeedState, response: Response, now: datetime) -> Reading:
        if response.status == 304:
            return Reading("not-modified")
        if response.status not in _SAYS_SOMETHING:
            challenged = response.status == 403 and response.headers.get("cf-mitigated") == "challenge"
            reason = "bot-challenge" if challenged else f"http-{response.status}"
            return Reading(reason, failed=True)
        if not response.body.strip():
            raise Retry("empty-body", "the server answered with nothing")
        body_hash = sha256(response.body).hexdigest()
        if body_hash == feed.body_hash:
            return Reading("same-body", body_hash=body_hash)
        document = await self._parsed(response)
        lasting = not may_change_unseen(document.children, response.url, now)
        document, partial = await self._whole(document, feed, response.url, now)
        # RFC 3229: instance-manipulation "feed" leaves out what the client has; asked for or not, 226 says so.
        delta = response.status == 226 and "feed" in response.headers.get("im", "").lower()
        return Reading("entries", document=document, body_hash=body_hash, partial=partial, delta=delta, lasting=lasting)

    async def _parsed(self, response: Response) -> ParsedFeed:
        return await self._workers.run(
            parse_feed,
            response.body,
            response.url,
            response.headers.get("content-type"),
            deadline_s=self._rules.deadline_s,
        )

    async def _whole(self, document: ParsedFeed, feed: FeedState, url: str, now: datetime) -> tuple[ParsedFeed, bool]:
        """The document with the entries of its parts, and whether entries may be missing."""
        entries, partial = list(recent(document, now)), document.truncated
        parts = parts_to_read(document.children, url, feed.memory.whole_at)
        if len(parts) > MAX_PARTS:
            log.warning("feed.parts.left", parts=len(parts), read=MAX_PARTS)
        for child in parts[:MAX_PARTS]:
            try:
                part = await self.document(feed, child)
            except (Retry, Reject) as error:
                log.warning("feed.part.failed", part=child, reason=error.reason, error=str(error))
                partial = True
            else:
                entries += recent(part, now)
                partial = partial or part.truncated
        return replace(document, entries=tuple(entries)), partial

    async def _announced(self, response: Response) -> tuple[str, ...]:
        try:
            links = await self._workers.run(
                feed_links,
                response.body,
                response.url,
                response.headers.get("content-type"),
                deadline_s=self._rules.deadline_s,
            )
        except Reject:
            return ()
        return tuple(link.url for link in links)[:20]
