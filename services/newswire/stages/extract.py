"""The second stage: entries in, articles out. Stateless: it needs no database.

The stage fetches each entry's page and extracts the article. Where there is an archive, the page is in it before the
article is published. The article, or the record's retry, or its dead letter is durable before the record is done. Where
the page cannot be used and the feed carries the full text, the feed's text becomes the article, and a flag says so.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from weakref import WeakKeyDictionary

import structlog
from structlog.contextvars import bound_contextvars

from newswire import metrics
from newswire.contracts import decode, encode, trace_id_of, traceparent_of
from newswire.domain.archive.raw_page import is_forbidden
from newswire.domain.articles.compose import can_stand_in
from newswire.domain.articles.extracted import deleted
from newswire.domain.log.topology import NOT_BEFORE
from newswire.errors import InvalidRecord, Reject, Retry, Stop, Wait
from newswire.events import ArticleEvent, ArticleExtracted, EntryFound
from newswire.ports import Archive, Bus, Clock, Message, PackedPage, Record, Web, Workers
from newswire.stages.article_reader import ArticleReader, PageReading, PageRules
from newswire.stages.failures import LATER, DeadLetterLimit, attempt_of, dead_letter, is_later, retry_message
from newswire.stages.limits import check_event_size

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ExtractRules(PageRules):
    """The settings of the stage."""

    retry_delays: tuple[timedelta, ...]
    dead_letter_limit: int
    """Unexpected failures in a row that stop the stage."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a record came to, ready to be made durable."""

    message: Message
    page: PackedPage | None = None
    """The page to archive first; None where there is none, or once it is archived."""


class Extract:
    """The stage, over its ports."""

    def __init__(
        self,
        bus: Bus,
        web: Web,
        workers: Workers,
        clock: Clock,
        rules: ExtractRules,
        archive: Archive | None = None,
    ) -> None:
        """Count unexpected failures in a row, and hold what waits for the broker or the archive to come back.

        Without ``archive`` no page is kept.
        """
        self._archive = archive
        self._bus = bus
        self._reader = ArticleReader(web, workers, clock, rules)
        self._clock = clock
        self._rules = rules
        self._limit = DeadLetterLimit(rules.dead_letter_limit)
        self._ready: WeakKeyDictionary[Record, _Ready] = WeakKeyDictionary()

    async def handle(self, record: Record) -> None:
        """Bring one record to its article, its retry or its dead letter; when this returns, that is durable.

        Raises `Wait` when the broker or the archive is away, `Stop` after too many unexpected failures in a row.
        """
        with bound_contextvars(entry_id=record.header("ce_entryid"), trace_id=trace_id_of(record)):
            ready = self._ready.get(record) or await self._outcome(record)
            # Kept for as long as the caller tries again with this record: its publisher need not be asked twice.
            self._ready[record] = ready
            if ready.page is not None and self._archive is not None:
                await self._archive.keep(ready.page)
                self._ready[record] = _Ready(ready.message)
            try:
                await self._bus.publish([ready.message])
            except Reject as error:
                # The log does not take it (too large); the record itself fits as a dead letter.
                await self._bus.publish([self._dead(record, error, None)])
            self._ready.pop(record, None)

    async def _outcome(self, record: Record) -> _Ready:
        url: str | None = None
        try:
            entry = _entry_in(record)
            url = entry.url
            reading = await self._read(entry, attempt_of(record))
            event = reading.event
            message = check_event_size(encode(event, traceparent=traceparent_of(record)))
            if is_later(record):
                message = replace(message, headers=(*message.headers, (LATER, b"true")))
            page = await self._packed(reading)
        except Retry as error:
            self._limit.succeeded()
            again = retry_message(record, error, self._rules.retry_delays, self._clock.now())
            if again is None:
                return _Ready(self._dead(record, error, url))
            metrics.retried(error.reason)
            log.info(
                "entry.retry",
                url=url,
                reason=error.reason,
                error=str(error),
                attempt=attempt_of(record),
                due=again.header(NOT_BEFORE),
            )
            return _Ready(again)
        except Reject as error:
            self._limit.succeeded()
            return _Ready(self._dead(record, error, url))
        except (Wait, Stop):
            raise
        except Exception as error:
            log.exception("entry.extract.unexpected", url=url)
            self._limit.failed(record, error)
            return _Ready(self._dead(record, error, url))
        self._limit.succeeded()
        metrics.extracted(event.kind)
        _log(entry.url, event)
        return _Ready(message, page)

    async def _packed(self, reading: PageReading) -> PackedPage | None:
        """The page as it is archived: compressed at once, as many may wait while the archive is away."""
        if self._archive is None:
            return None
        if is_forbidden(reading.event):
            metrics.archive.forbidden()
        return await self._archive.pack(reading.page) if reading.page is not None else None

    async def _read(self, entry: EntryFound, attempt: int) -> PageReading:
        """Make the event for an entry.

        The feed's full text stands in for a page that cannot be used. Raises `Retry` or `Reject` when there is
        nothing to publish.
        """
        if entry.deleted_at is not None:
            return PageReading(deleted(entry))
        if entry.shared_page:
            return PageReading(await self._reader.from_feed(entry, ("shared-page",)))
        if entry.no_page:
            return PageReading(await self._reader.from_feed(entry, ("page-unavailable", "page-no-link")))
        try:
            return await self._reader.fetch(entry)
        except (Retry, Reject) as error:
            chances_left = isinstance(error, Retry) and attempt <= len(self._rules.retry_delays)
            if chances_left or not can_stand_in(entry):
                raise
            return PageReading(await self._reader.from_feed(entry, ("page-unavailable", f"page-{error.reason}")))

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


def _entry_in(record: Record) -> EntryFound:
    event = decode(record)
    if not isinstance(event, EntryFound):
        raise InvalidRecord(f"{record.partition.topic} carries entries, not {type(event).__name__}")
    return event


def _log(url: str, event: ArticleEvent) -> None:
    if isinstance(event, ArticleExtracted):
        article = event.article
        log.info(
            "entry.extract",
            url=url,
            outcome=event.kind,
            article_id=str(article.article_id),
            words=article.word_count,
            body=article.extraction.body_from,
        )
    else:
        # Most pages that are looked at again are as they were: that would be most of the log.
        level = logging.DEBUG if event.kind == "unchanged" else logging.INFO
        log.log(level, "entry.extract", url=url, outcome=event.kind, article_id=str(event.article_id))
