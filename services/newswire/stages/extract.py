"""The second stage: entries in, articles out. Stateless: it asks no database.

A record's page is fetched and its article extracted and normalised; the article, or the record's
retry, or its dead letter, is durable before the record is done. Where the page cannot be had and the
feed carries the full text, that is the article, and it says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

import structlog
from structlog.contextvars import bound_contextvars

from newswire import metrics
from newswire.contracts import decode, encode, trace_id_of, traceparent_of
from newswire.domain.articles.compose import Fetched, can_stand_in, from_feed, from_page, is_stub
from newswire.domain.articles.extracted import event_id, extracted
from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.http.httpcache import retry_after, validators_of
from newswire.domain.urls.detours import leads_nowhere
from newswire.errors import InvalidRecord, Reject, Retry, Stop, Wait
from newswire.events import (
    NO_VALIDATORS,
    ArticleEvent,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    EntryFound,
)
from newswire.parsing.pages.feed_body import parse_feed_body
from newswire.parsing.pages.page import parse_page
from newswire.ports import Bus, Clock, Message, Record, Request, Response, Web, Workers
from newswire.stages.bounds import PAGE_SETTING, TIME_SETTING, bounded
from newswire.stages.failures import DeadLetterLimit, attempt_of, dead_letter, last_reason_of, retry_message

log = structlog.get_logger()

ACCEPT: Final = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1"
_PASSING: Final = frozenset({408, 421, 425, 429})
_OF_KNOWN: Final = frozenset({304, 404, 410})
"""Answers that say something of an article that is known already."""


@dataclass(frozen=True, slots=True)
class ExtractRules:
    """The settings that `extract` goes by."""

    max_bytes: int
    timeout_s: float
    deadline_s: float
    """For extracting one page."""
    retry_delays: tuple[timedelta, ...]
    obey_robots: bool
    dead_letter_limit: int


class Extract:
    """The stage, over its ports."""

    def __init__(self, bus: Bus, web: Web, workers: Workers, clock: Clock, rules: ExtractRules) -> None:
        """Holds the count of unexpected failures in a row, and what waits for the broker to come back."""
        self._bus = bus
        self._web = web
        self._workers = workers
        self._clock = clock
        self._rules = rules
        self._limit = DeadLetterLimit(rules.dead_letter_limit)
        self._ready: WeakKeyDictionary[Record, Message] = WeakKeyDictionary()

    async def handle(self, record: Record) -> None:
        """Bring one record to its article, its retry or its dead letter; when this returns, that is durable.

        Raises `Wait` when the broker is away, `Stop` after too many unexpected failures in a row.
        """
        with bound_contextvars(entry=record.header("ce_entryid"), trace_id=trace_id_of(record)):
            message = self._ready.get(record) or await self._outcome(record)
            # Kept for as long as the caller tries again with this record: its publisher need not be asked twice.
            self._ready[record] = message
            try:
                await self._bus.publish([message])
            except Reject as error:
                # The log does not take it (too large); the record itself fits as a dead letter.
                await self._bus.publish([self._dead(record, error, None)])
            self._ready.pop(record, None)

    async def _outcome(self, record: Record) -> Message:
        url: str | None = None
        try:
            entry = _entry_in(record)
            url = entry.url
            event = await self.article_event(entry, attempt_of(record), last_reason_of(record))
            message = bounded(encode(event, traceparent=traceparent_of(record)))
        except Retry as error:
            self._limit.succeeded()
            again = retry_message(record, error, self._rules.retry_delays, self._clock.now())
            if again is None:
                return self._dead(record, error, url)
            metrics.retried(error.reason)
            return again
        except Reject as error:
            self._limit.succeeded()
            return self._dead(record, error, url)
        except (Wait, Stop):
            raise
        except Exception as error:
            log.exception("entry.extract.unexpected", url=url)
            self._limit.failed(record, error)
            return self._dead(record, error, url)
        self._limit.succeeded()
        metrics.extracted(event.kind)
        log.debug("entry.extract", url=url, outcome=event.kind, **_facts(event))
        return message

    async def article_event(self, entry: EntryFound, attempt: int, failed_by: str | None = None) -> ArticleEvent:
        """What the entry's page says; ``failed_by`` is why the attempt before this one failed.

        Raises `Retry` or `Reject` when there is nothing to publish.
        """
        if entry.no_page:
            return await self._from_feed(entry, ("page-unavailable", "page-no-link"))
        try:
            return await self._from_page(entry, failed_by)
        except (Retry, Reject) as error:
            chances_left = isinstance(error, Retry) and attempt <= len(self._rules.retry_delays)
            if chances_left or not can_stand_in(entry):
                raise
            return await self._from_feed(entry, ("page-unavailable", f"page-{error.reason}"))

    async def _from_feed(self, entry: EntryFound, flags: tuple[str, ...]) -> ArticleExtracted:
        body = await self._feed_body(entry)
        return extracted(entry, from_feed(entry, body, flags, self._clock.now()), body)

    async def _from_page(self, entry: EntryFound, failed_by: str | None) -> ArticleEvent:
        request = Request(
            entry.url,
            validators=entry.validators or NO_VALIDATORS,
            max_bytes=self._rules.max_bytes,
            max_bytes_setting=PAGE_SETTING,
            timeout_s=self._rules.timeout_s,
            timeout_setting=TIME_SETTING,
            accept=ACCEPT,
            obey_robots=self._rules.obey_robots and not entry.ignore_robots,
        )
        asked = self._clock.now()
        async with self._web.fetch(request) as response:
            now = self._clock.now()
            metrics.page_fetched(now - asked)
            self._check(entry, response)
            return _of_known_article(entry, response, failed_by, now) or await self._read(entry, response, now)

    async def _read(self, entry: EntryFound, response: Response, fetched_at: datetime) -> ArticleExtracted:
        page = await self._workers.run(
            parse_page,
            response.body,
            response.url,
            response.headers.get("content-type"),
            deadline_s=self._rules.deadline_s,
        )
        metrics.page_extracted(self._clock.now() - fetched_at)
        fetched = Fetched(
            page, response.url, response.status, fetched_at, response.headers, response.robots_allowed, response.flags
        )
        body = await self._feed_body(entry, page.title) if is_stub(page) and can_stand_in(entry) else None
        article = from_page(entry, fetched, self._clock.now(), body=body)
        if not article.text:
            raise Reject("no-text", "the page holds no article text, and the feed carries none")
        return extracted(entry, article, body or page)

    async def _feed_body(self, entry: EntryFound, title: str | None = None) -> ParsedPage:
        headlines = (entry.title, title)
        return await self._workers.run(
            parse_feed_body, entry.content or "", headlines, entry.language, deadline_s=self._rules.deadline_s
        )

    def _check(self, entry: EntryFound, response: Response) -> None:
        """Raise `Retry` or `Reject` for an answer that is not the article's page."""
        status = response.status
        if status in _PASSING or status >= 500:
            wait = retry_after(response.headers, self._clock.now())
            raise Retry(
                f"http-{status}",
                f"the server answered {status}",
                retry_after_s=wait.total_seconds() if wait else None,
            )
        if entry.reason == "recheck" and status in _OF_KNOWN and (status != 304 or response.conditional):
            return
        if not 200 <= status < 300:
            raise Reject(f"http-{status}", f"the server answered {status}")
        if leads_nowhere(entry.url, response.url):
            raise Reject("redirected-away", f"the page redirects to {response.url}, which is not the article")

    def _dead(self, record: Record, error: Exception, url: str | None) -> Message:
        reason = error.reason if isinstance(error, Reject | Retry) else "unexpected"
        metrics.died("extract", reason)
        log.warning(
            "entry.dead",
            url=url,
            reason=reason,
            error=str(error),
            attempt=attempt_of(record),
        )
        return dead_letter(record, "extract", error, self._clock.now(), url=url)


def _of_known_article(
    entry: EntryFound, response: Response, failed_by: str | None, now: datetime
) -> ArticleUnchanged | ArticleGone | None:
    """What a re-check's answer says without its page being read; None when the page has to be."""
    if entry.reason != "recheck" or entry.article_id is None or response.status not in _OF_KNOWN:
        return None
    if response.status == 304:
        return ArticleUnchanged(
            id=event_id(entry),
            entry_id=entry.id,
            article_id=entry.article_id,
            fetched_at=now,
            validators=validators_of(response.headers),
        )
    if response.status == 404 and failed_by != "http-404":
        raise Retry("http-404", "the page of a known article answers 404: it may be a hiccup, so it is asked twice")
    return ArticleGone(
        id=event_id(entry),
        entry_id=entry.id,
        article_id=entry.article_id,
        fetched_at=now,
        status=response.status,
    )


def _entry_in(record: Record) -> EntryFound:
    event = decode(record)
    if not isinstance(event, EntryFound):
        raise InvalidRecord(f"{record.partition.topic} carries entries, not {type(event).__name__}")
    return event


def _facts(event: ArticleEvent) -> dict[str, object]:
    if isinstance(event, ArticleExtracted):
        article = event.article
        return {"article": str(article.article_id), "words": article.word_count, "body": article.extraction.body_from}
    return {"article": str(event.article_id)}
