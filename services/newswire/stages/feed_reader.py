"""Asking a feed's server, and what its answer is: a document, nothing new, or a reason why not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog

from newswire.domain.documents import ParsedFeed
from newswire.domain.httpcache import retry_after
from newswire.domain.sitemaps import parts_to_read, recent
from newswire.errors import Reject, Retry, UsageError, Wait
from newswire.parsing.discovery import feed_links
from newswire.parsing.feed import parse_feed
from newswire.ports import FeedState, Request, Response, Web, Workers

log = structlog.get_logger()

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
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
    """``entries``, ``not-modified``, ``same-body``, or the reason of a failure."""
    failed: bool = False
    response: Response | None = None
    document: ParsedFeed | None = None
    """With the entries of a sitemap index's parts, and without a plain sitemap's old pages."""
    body_hash: str | None = None
    partial: bool = False
    """Entries may be missing: the document was cut off, or a part of it could not be had."""
    delta: bool = False
    """Only what is new was sent (226, RFC 3229)."""
    retry_after: timedelta | None = None
    """What the server asked for, with this answer or an earlier one that still holds."""
    announced: tuple[str, ...] = ()
    """Of a web page in the feed's place: the feeds that it announces."""


class FeedReader:
    """Reads feeds over the web, and parses them where a hostile one hurts nobody."""

    def __init__(self, web: Web, workers: Workers, rules: ReadRules) -> None:
        """Holds no state."""
        self._web = web
        self._workers = workers
        self._rules = rules

    async def read(self, feed: FeedState, now: datetime) -> Reading:
        """Ask the feed's server. A failure is an answer too; raises `Wait` and `UsageError` only."""
        response: Response | None = None
        try:
            response = await self._web.get(self._request_for(feed))
            reading = await self._answered(feed, response, now)
            return replace(reading, retry_after=retry_after(response.headers, now))
        except Retry as error:
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
            asked = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
            return Reading(error.reason, failed=True, response=response, retry_after=asked)
        except Reject as error:
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
            announced = await self._announced(response) if response and error.reason == "not-a-feed" else ()
            return Reading(error.reason, failed=True, response=response, announced=announced)
        except (Wait, UsageError):
            raise
        except Exception:
            # A mistake of ours that one feed brings to light must not stop the others.
            log.exception("feed.poll.unexpected")
            return Reading("unexpected", failed=True, response=response)

    async def document(self, url: str) -> ParsedFeed:
        """Another document that belongs to a feed: an archive page, a part of a sitemap. Unconditionally.

        Raises `Retry` and `Reject` where it cannot be had or is none.
        """
        response = await self._web.get(self._request(url))
        if response.status != 200:
            raise Retry(f"http-{response.status}", f"{url} answered {response.status}")
        return await self._parsed(response)

    async def text(self, url: str) -> bytes:
        """A small file as it is, e.g. robots.txt; empty where there is none. Raises `Retry` and `Reject`."""
        response = await self._web.get(self._request(url))
        return response.body if response.status == 200 else b""

    def _request_for(self, feed: FeedState) -> Request:
        return replace(
            self._request(feed.url),
            validators=feed.validators,
            delta=True,
            feed_id=feed.id,
            obey_robots=self._rules.obey_robots and not feed.options.ignore_robots,
        )

    def _request(self, url: str) -> Request:
        return Request(
            url,
            max_bytes=self._rules.max_bytes,
            timeout_s=self._rules.timeout_s,
            accept=ACCEPT,
            obey_robots=self._rules.obey_robots,
        )

    async def _answered(self, feed: FeedState, response: Response, now: datetime) -> Reading:
        if response.status == 304:
            return Reading("not-modified", response=response)
        if response.status not in _SAYS_SOMETHING:
            challenged = response.status == 403 and response.headers.get("cf-mitigated") == "challenge"
            reason = "bot-challenge" if challenged else f"http-{response.status}"
            return Reading(reason, failed=True, response=response)
        if not response.body.strip():
            raise Retry("empty-body", "the server answered with nothing")
        body_hash = sha256(response.body).hexdigest()
        if body_hash == feed.body_hash:
            return Reading("same-body", response=response, body_hash=body_hash)
        document, partial = await self._whole(await self._parsed(response), feed, response.url, now)
        # RFC 3229: instance-manipulation "feed" leaves out what the client has; asked for or not, 226 says so.
        delta = response.status == 226 and "feed" in response.headers.get("im", "").lower()
        return Reading("entries", False, response, document, body_hash, partial, delta)

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
        for child in parts_to_read(document.children, url, feed.memory.succeeded_at):
            try:
                part = await self.document(child)
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
