"""Extracts archived pages again, says what differs, and puts the differences onto the wire.

The changed articles are first gathered in a file without a name, so that the whole difference is known before the first
is published, and memory stays bounded. Each is then recorded, published and booked. If the process dies, run it again:
what is done is found to be the same, and what was recorded and not booked yet is published again, with the same bytes.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Final
from uuid import UUID

from newswire.contracts import encode_recorded, traceparent_for
from newswire.domain.archive.index import IndexLine
from newswire.domain.articles.latest import latest
from newswire.domain.articles.recorded import Arrival
from newswire.domain.articles.redo import DecideAgain, changed_fields
from newswire.domain.ledger import Sighting
from newswire.events import ArticleExtracted, LatestArticle
from newswire.operations.page_time import ReaderAt
from newswire.operations.redo.read_again import Redone, read_again
from newswire.operations.redo.report import RedoReport
from newswire.ports import Archive, ArticleStore, Bus, Clock, Entries, PastEntries, StandingArticles
from newswire.stages.latest import LatestStates
from newswire.stages.outcome_lines import log_verdict
from newswire.stages.poll.found import log_found

_AT_ONCE: Final = 32
"""Pages that are in hand at once."""
_BATCH: Final = 100
"""Articles that are recorded in one transaction."""


@dataclass(frozen=True, slots=True)
class RedoPorts:
    """What a redo asks of the world."""

    archive: Archive
    past: PastEntries
    standing: StandingArticles
    articles: ArticleStore
    entries: Entries
    bus: Bus
    clock: Clock
    reader_at: ReaderAt
    latest: LatestStates | None = None
    """None where the topic of latest states is switched off."""


class Redo:
    """One run: `compare`, then `publish`."""

    def __init__(self, ports: RedoPorts, *, samples: int) -> None:
        self._ports = ports
        self._spool: IO[bytes] = TemporaryFile()  # noqa: SIM115  # it is closed in `close`
        self.report = RedoReport(samples)

    def close(self) -> None:
        """Let go of what was gathered."""
        self._spool.close()

    async def compare(
        self, since: datetime, until: datetime, sources: Collection[str], passed: Callable[[datetime], None]
    ) -> None:
        """Extract the pages of this time again, of these sources or of all, and gather what differs.

        ``passed`` is told how far it is, now and then. Raises `Wait` when the archive or the database is away.
        """
        lines: list[IndexLine] = []
        async for line in self._ports.archive.pages(since, until):
            lines.append(line)
            if len(lines) == _AT_ONCE:
                await self._compare(lines, sources)
                passed(lines[-1].fetched_at)
                lines = []
        await self._compare(lines, sources)

    async def publish(self) -> int:
        """Record and publish what was gathered; returns how many articles. Raises `Wait`: then run all of it again."""
        count = 0
        self._spool.seek(0)
        for events in _batches(ArticleExtracted.model_validate_json(line) for line in self._spool):
            await self._publish(events)
            count += len(events)
        return count

    async def _compare(self, lines: Sequence[IndexLine], sources: Collection[str]) -> None:
        stored = await self._stored(await self._ports.past.articles_of([line.entry_id for line in lines]))
        wanted = [line for line in lines if not sources or _source(stored.get(line.entry_id)) in sources]
        archive, reader_at = self._ports.archive, self._ports.reader_at
        found = await asyncio.gather(
            *(read_again(line, stored.get(line.entry_id), archive, reader_at) for line in wanted)
        )
        unbooked = await self._unbooked(found)
        for each in found:
            self.report.add(each)
            if each.event is not None and (each.outcome == "changed" or each.event.entry_id in unbooked):
                self._spool.write(each.event.model_dump_json().encode() + b"\n")

    async def _unbooked(self, found: Iterable[Redone]) -> set[UUID]:
        """The entries of redone articles that were recorded, and perhaps not published."""
        told = {
            each.event.entry_id
            for each in found
            if each.event is not None and each.stored is not None and each.stored.entry_id == each.event.entry_id
        }
        return told - await self._ports.past.booked(told) if told else set()

    async def _stored(self, article_ids: Mapping[UUID, UUID]) -> dict[UUID, LatestArticle]:
        """By entry: the article as it stands."""
        found = await self._ports.standing.standing(set(article_ids.values()))
        states = {each.article_id: latest(each.change, each.text, each.position, each.epoch) for each in found}
        stored = {entry_id: states.get(article_id) for entry_id, article_id in article_ids.items()}
        return {entry_id: state for entry_id, state in stored.items() if state is not None}

    async def _publish(self, events: Sequence[ArticleExtracted]) -> None:
        ports, now = self._ports, self._ports.clock.now()
        stored = await self._stored({event.article.article_id: event.article.article_id for event in events})
        arrivals = [Arrival(event, traceparent_for(event.entry_id)) for event in events]
        decide = DecideAgain(_those_that_differ(events, stored))
        changes = await ports.articles.record(arrivals, decide, now, log_verdict)
        await ports.bus.publish([encode_recorded(change) for change in await ports.articles.with_earlier(changes)])
        if ports.latest is not None:
            await ports.latest.publish({change.article_id for change in changes})
        sightings = [_sighting(event, now) for event in events]
        log_found(sightings)
        await ports.entries.book(sightings)


def _those_that_differ(
    events: Iterable[ArticleExtracted], stored: Mapping[UUID, LatestArticle]
) -> dict[UUID, LatestArticle]:
    """The stored articles of which the events still say something else, and of the same fetch."""
    found = {}
    for event in events:
        state = stored.get(event.article.article_id)
        text = state.article if state else None
        if state and text and text.fetched_at == event.article.fetched_at and changed_fields(text, event.article):
            found[state.article_id] = state
    return found


def _source(stored: LatestArticle | None) -> str | None:
    return stored.article.source if stored and stored.article else None


def _sighting(event: ArticleExtracted, now: datetime) -> Sighting:
    return Sighting(
        entry_id=event.entry_id,
        reason="recheck",
        entry_key=str(event.article.article_id),
        fingerprint="redo",
        url=event.article.url,
        found_at=now,
    )


def _batches(events: Iterator[ArticleExtracted]) -> Iterator[list[ArticleExtracted]]:
    batch: list[ArticleExtracted] = []
    for event in events:
        batch.append(event)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
