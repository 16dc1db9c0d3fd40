"""Asking a feed's server, and what its answer is: a document, nothing new, or a reason why not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog

from newswire.domain.feeds.entries import Identified, identify
from newswire.domain.feeds.head import head_of
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.sitemaps import MAX_PARTS, may_change_unseen, parts_to_read, recent
from newswire.domain.feeds.state import FeedState
from newswire.domain.http.httpcache import retry_after
from newswire.domain.schedule.validator_doubt import doubted
from newswire.errors import Reject, Retry, Stop, UsageError, Wait
from newswire.events import NO_VALIDATORS, PageValidators
from newswire.parsing.jobs import feed_links, parse_feed
from newswire.ports import Request, Response, Web, Workers
from newswire.stages.limits import FEED_SETTING, TIME_SETTING

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
class FeedAnswer:
    """The result of asking for a feed: its document, nothing new, or the reason of a failure."""

    outcome: str
    """``entries``, ``not-modified``, ``same-body``, `HELD`, or the reason of a failure."""
    failed: bool = False
    response: Response | None = None
    document: ParsedFeed | None = None
    """With the entries of a sitemap index's parts, and without a plain sitemap's old pages."""
    body_hash: str | None = None
    partial: bool = False
    """Entries may be missing: the document was cut off, or a part of it could not be fetched."""
    head: bool = False
    """Only the first entries of a document that is larger than the limit were read. It may be kept as it is known by
    its validators: the rest is not missing for once, it would be missing again."""
    delta: bool = False
    """Only what is new was sent (226, RFC 3229)."""
    lasting: bool = True
    """The same document again would mean that nothing is new; not so where parts of it may have changed alone."""
    doubting: bool = False
    """The feed's validators were left out, to see whether its server's 304s are true."""
    retry_after: timedelta | None = None
    """What the server asked for, with this answer or an earlier one that still holds."""
    announced: tuple[str, ...] = ()
    """The feeds that a web page announces which was served in place of the feed."""

    @property
    def whole(self) -> bool:
        """Whether the document, where there is one, holds all that the feed has to say."""
        return self.complete and not self.delta

    @property
    def complete(self) -> bool:
        """Whether nothing of the answer is missing."""
        return not (self.partial or self.head)

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

    async def read(self, feed: FeedState, now: datetime) -> FeedAnswer:
        """Ask the feed's server. A failure is an answer too; raises `Wait`, `Stop` and `UsageError` only."""
        response: Response | None = None
        doubting = feed.validators != NO_VALIDATORS and doubted(feed.memory, now)
        try:
            sent = NO_VALIDATORS if doubting else feed.validators
            response = await self._web.get(self._request(feed, feed.url, polled_with=sent))
            answer = await self._answered(feed, response, now)
        except Retry as error:
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
            wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
            answer = FeedAnswer(error.reason, failed=True, retry_after=wait)
        except Reject as error:
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
            announced = await self._announced(response) if response and error.reason == "not-a-feed" else ()
            answer = FeedAnswer(error.reason, failed=True, announced=announced)
        except (Wait, Stop, UsageError):
            raise
        except Exception:
            # A mistake of ours that one feed brings to light must not stop the others.
            log.exception("feed.poll.unexpected")
            answer = FeedAnswer("unexpected", failed=True)
        if response is None:
            return answer
        wait = retry_after(response.headers, now)
        if answer.response is response and wait is None and not doubting:
            return answer
        return replace(answer, response=response, retry_after=wait, doubting=doubting)

    async def document(self, feed: FeedState, url: str, *, own: bool = True) -> ParsedFeed:
        """Another document that belongs to ``feed``: an archive page, a part of a sitemap. Unconditionally.

        One that is not the feed's ``own``, like its site's sitemap, is asked for without the feed's credentials.
        Raises `Retry` and `Reject` where it cannot be fetched or is no feed.
        """
        response = await self._web.get(self._request(feed, url, own=own))
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
        response = await self._web.get(self._request(feed, url, own=False))
        return response.body if response.status == 200 else b""

    def _request(
        self, feed: FeedState, url: str, *, own: bool = True, polled_with: PageValidators | None = None
    ) -> Request:
        """``polled_with``: the validators of a poll, which takes a delta and the head of a document too."""
        return Request(
            url,
            validators=polled_with or NO_VALIDATORS,
            delta=polled_with is not None,
            truncate=polled_with is not None,
            max_bytes=self._rules.max_bytes,
            max_bytes_setting=FEED_SETTING,
            timeout_s=self._rules.timeout_s,
            timeout_setting=TIME_SETTING,
            accept=ACCEPT,
            feed_id=feed.id,
            credentials=feed.options.credentials if own else None,
            obey_robots=self._rules.obey_robots and not feed.options.ignore_robots,
        )

    async def _answered(self, feed: FeedState, response: Response, now: datetime) -> FeedAnswer:
        if response.status == 304 and response.conditional:  # any other 304 is a failure (RFC 9110 §15.4.5)
            return FeedAnswer("not-modified", response=response)
        if response.status not in _SAYS_SOMETHING:
            challenged = response.status == 403 and response.headers.get("cf-mitigated") == "challenge"
            reason = "bot-challenge" if challenged else f"http-{response.status}"
            return FeedAnswer(reason, failed=True)
        if not response.body.strip():
            raise Retry("empty-body", "the server answered with nothing")
        body_hash = sha256(response.body).hexdigest()
        if body_hash == feed.body_hash:
            return FeedAnswer("same-body", body_hash=body_hash)
        head = "truncated" in response.flags
        document = await (self._parsed_head(response) if head else self._parsed(response))
        lasting = not may_change_unseen(document.children, response.url, now)
        document, partial = await self._whole(document, feed, response.url, now)
        # RFC 3229: instance-manipulation "feed" leaves out what the client has; asked for or not, 226 says so.
        delta = response.status == 226 and "feed" in response.headers.get("im", "").lower()
        return FeedAnswer(
            "entries",
            document=document,
            body_hash=body_hash,
            partial=partial,
            head=head,
            delta=delta,
            lasting=lasting,
        )

    async def _parsed_head(self, response: Response) -> ParsedFeed:
        """What can be read of a document over the limit. Raises `Reject` ``too-large`` where that is nothing."""
        limit = f"the feed is larger than the limit of {self._rules.max_bytes} bytes ({FEED_SETTING} raises it)"
        try:
            head = head_of(await self._parsed(response))
        except Reject as error:
            raise Reject("too-large", f"{limit}, and its beginning cannot be read alone: {error}") from error
        if head is None:
            raise Reject("too-large", f"{limit}, and its newest entries do not stand at its beginning")
        log.warning("feed.truncated", entries=len(head.entries), note=f"only its head was read: {limit}")
        return head

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
