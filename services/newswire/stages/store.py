"""The third stage: articles in, the deduplicated wire out.

For each batch: the database decides every article and records the changes, in one transaction or, beside other
replicas, in several; then those changes are published, and the latest states of their articles where they are
wanted; only then is the batch done. When a batch is delivered again, what it decided is found by its source events'
ids and published again with the same bytes: the input log is the outbox.
Dead letters pass through here too, to be kept and to close their entries' books.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import structlog

from newswire import metrics
from newswire.contracts import decode, encode_recorded, traceparent_of
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.articles.verdict import Verdict
from newswire.errors import InvalidRecord, Reject, Stop, UsageError, Wait
from newswire.events import DEAD, ArticleEvent, ArticleExtracted, ArticleGone, ArticleUnchanged, DeadLetter
from newswire.ports import ArticleStore, Bus, Clock, Erasure, Message, Record
from newswire.stages.failures import DeadLetterLimit, dead_letter, is_later
from newswire.stages.latest import LatestStates
from newswire.stages.limits import check_event_size
from newswire.stages.outcome_lines import log_outcome, log_verdict

log = structlog.get_logger()


@dataclass(slots=True)
class _Sorted:
    """The records of a batch, sorted by kind."""

    arrivals: list[tuple[Record, Arrival]] = field(default_factory=list)
    letters: list[tuple[Record, DeadLetter]] = field(default_factory=list)
    unreadable: list[Message] = field(default_factory=list)


class Store:
    """The stage, over its ports."""

    def __init__(
        self,
        articles: ArticleStore,
        bus: Bus,
        clock: Clock,
        *,
        dead_letter_limit: int,
        latest: LatestStates | None = None,
        erasure: Erasure | None = None,
    ) -> None:
        """Holds nothing but the count of unexpected failures in a row.

        Without ``latest`` changes alone are told. Without ``erasure`` the events of purged articles stay in the log as
        they arrive.
        """
        self._latest = latest
        self._articles = articles
        self._erasure = erasure
        self._bus = bus
        self._clock = clock
        self._limit = DeadLetterLimit(dead_letter_limit)

    async def handle(self, records: Sequence[Record]) -> None:
        """Decide, record and publish a batch; when this returns, all of that is durable.

        Raises `Wait` when the database or the broker is away, `Stop` after too many unexpected
        failures in a row.
        """
        began = self._clock.now()
        batch = self._sort(records)
        changes, failed = await self._record(batch.arrivals)
        await self._keep(batch.letters)
        await self._erase([letter.entry_id for _, letter in batch.letters if letter.entry_id is not None])
        wire = await self._articles.with_earlier(changes)
        await self._bus.publish([*(encode_recorded(change) for change in wire), *failed, *batch.unreadable])
        if self._latest is not None:
            await self._latest.publish({change.article_id for change in changes})
        now = self._clock.now()
        metrics.stored(len(records), now - began, [arrival for _, arrival in batch.arrivals], changes, now)
        metrics.decided(["rejected"] * len(batch.letters))
        metrics.died("store", "unexpected", len(failed))
        metrics.died("store", "invalid-record", len(batch.unreadable))
        log.info(
            "articles.stored",
            articles=len(batch.arrivals),
            changes=len(changes),
            dead=len(batch.letters),
            failed=len(failed) + len(batch.unreadable),
        )

    def _sort(self, records: Sequence[Record]) -> _Sorted:
        batch = _Sorted()
        for record in records:
            try:
                event = decode(record)
                if isinstance(event, DeadLetter):
                    batch.letters.append((record, event))
                elif isinstance(event, ArticleExtracted | ArticleUnchanged | ArticleGone):
                    check_event_size(record)
                    batch.arrivals.append((record, Arrival(event, traceparent_of(record), is_later(record))))
                else:
                    raise InvalidRecord(f"{record.partition.topic} does not carry {type(event).__name__}")
            except Reject as error:
                log.warning(
                    "record.invalid",
                    entry_id=record.header("ce_entryid"),
                    topic=record.partition.topic,
                    offset=record.offset,
                    reason=error.reason,
                    error=str(error),
                )
                letter = dead_letter(record, "store", error, self._clock.now())
                if record.partition.topic == DEAD:
                    # An unreadable dead letter is kept at once: sent round again it would circle for ever.
                    batch.letters.append((record, _letter_in(letter)))
                else:
                    batch.unreadable.append(letter)
        return batch

    async def _record(self, arrivals: list[tuple[Record, Arrival]]) -> tuple[list[RecordedChange], list[Message]]:
        """Record a batch; returns its changes and the dead letters of articles that failed.

        A batch that fails is recorded again one article at a time: only the article that fails becomes a dead letter.
        """
        if not arrivals:
            # Nothing went through: what the last articles left of the count stands.
            return [], []
        now = self._clock.now()
        # Also of what was decided before: the process may have died before the words were erased.
        may_be_purged = {arrival.event.entry_id for _, arrival in arrivals}
        try:
            noted = partial(_note, may_be_purged)
            batch = [arrival for _, arrival in arrivals]
            changes = list(await self._articles.record(batch, decide, now, noted, metrics.decided))
        except (Wait, Stop, UsageError):
            raise
        except Exception as error:
            if len(arrivals) == 1:
                record = arrivals[0][0]
                log.exception("article.store.unexpected", entry_id=record.header("ce_entryid"))
                self._limit.failed(record, error)
                return [], [dead_letter(record, "store", error, now)]
            kept, failed = [], []
            await self._erase(may_be_purged)  # a part of the batch may be recorded
            for arrival in arrivals:
                more, dead = await self._record([arrival])
                kept += more
                failed += dead
            return kept, failed
        self._limit.succeeded()
        await self._erase(may_be_purged)
        return changes, []

    async def _erase(self, entry_ids: Collection[UUID]) -> None:
        """Erase the words of purged articles that these entries brought, here and in the log."""
        if entry_ids and self._erasure is not None:
            await self._erasure.erase_entries(entry_ids)

    async def _keep(self, letters: list[tuple[Record, DeadLetter]]) -> None:
        """Keep dead letters; one that the database refuses is kept as a letter about itself.

        Those that are kept count for nothing: a stage that fails on every article reads its own dead letters here.
        """
        if not letters:
            return
        for _, letter in letters:
            log_outcome(letter.entry_id, "rejected", letter.reason, url=letter.url)
        try:
            await self._articles.record_dead([letter for _, letter in letters])
        except (Wait, Stop, UsageError):
            raise
        except Exception as error:
            for one in letters if len(letters) > 1 else ():
                await self._keep([one])
            if len(letters) == 1:
                record = letters[0][0]
                log.exception("dead-letter.unexpected", offset=record.offset)
                self._limit.failed(record, error)
                letter = _letter_in(dead_letter(record, "store", error, self._clock.now()))
                await self._articles.record_dead([letter])


def _note(may_be_purged: set[UUID], event: ArticleEvent, verdict: Verdict) -> None:
    """Log a verdict, and take the entry away where its article is not purged."""
    log_verdict(event, verdict)
    if verdict.outcome.reason != "purged":
        may_be_purged.discard(event.entry_id)


def _letter_in(message: Message) -> DeadLetter:
    return DeadLetter.model_validate_json(message.value)
