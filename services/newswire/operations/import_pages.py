"""Pages out of a WARC file onto the wire: extracted here, archived where there is an archive, published, booked."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from newswire.contracts import encode, traceparent_for
from newswire.domain.archive.warc import digest
from newswire.domain.ledger import sighting_of_look
from newswire.domain.urls.canonical import canonicalize
from newswire.errors import Reject, Retry
from newswire.events import ArticleExtracted, EntryFound, stable_id
from newswire.operations.page_time import PageTime, ReaderAt
from newswire.ports import Archive, Bus, Clock, Entries, PackedPage, Response, WarcFileRecord, WarcPage
from newswire.stages.article_reader import raw_page
from newswire.stages.limits import check_event_size
from newswire.stages.poll.found import log_found

_AT_ONCE: Final = 32
"""Pages that are in hand at once."""
_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the web was fetched before."""
_AHEAD: Final = timedelta(days=1)
"""How far the clock of another archive may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class ImportPorts:
    """What an import asks of the world."""

    entries: Entries
    bus: Bus
    reader_at: ReaderAt
    archive: Archive | None
    clock: Clock


@dataclass(slots=True)
class ImportReport:
    """What became of the records of a file."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """imported; skipped-… with the type of the record, the status or the reason; faults."""
    faults: list[tuple[int, str]] = field(default_factory=list)
    """The offset of each record that cannot be read, and why; the first hundred."""

    def add(self, record: WarcFileRecord, outcome: str) -> None:
        """Count one record."""
        self.outcomes[outcome] += 1
        if record.fault is not None and len(self.faults) < 100:
            self.faults.append((record.offset, record.fault))


async def import_pages(
    records: Iterable[WarcFileRecord], name: str, ports: ImportPorts, done: Callable[[int], None]
) -> ImportReport:
    """Import the pages of a file called ``name``; ``done`` is told the offset until which all is durable.

    The same page gives the same entry each time, so what is imported twice is booked once. Raises `Wait`.
    """
    report = ImportReport()
    chunk: list[WarcFileRecord] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == _AT_ONCE:
            await _import(chunk, name, ports, report)
            done(chunk[-1].end)
            chunk = []
    if chunk:
        await _import(chunk, name, ports, report)
        done(chunk[-1].end)
    return report


async def _import(records: Sequence[WarcFileRecord], name: str, ports: ImportPorts, report: ImportReport) -> None:
    results = await asyncio.gather(*(_read(record, name, ports) for record in records))
    kept: dict[UUID, _Imported] = {}
    for record, result in zip(records, results, strict=True):
        report.add(record, "imported" if isinstance(result, _Imported) else result)
        if isinstance(result, _Imported):
            kept[result.entry.id] = result
    if ports.archive is not None:
        await asyncio.gather(*(ports.archive.keep(each.page) for each in kept.values() if each.page is not None))
    await ports.bus.publish([encode(each.event, traceparent=traceparent_for(each.entry.id)) for each in kept.values()])
    sightings = [sighting_of_look(each.entry) for each in kept.values()]
    log_found(sightings)
    await ports.entries.book(sightings)


@dataclass(frozen=True, slots=True)
class _Imported:
    entry: EntryFound
    event: ArticleExtracted
    page: PackedPage | None


async def _read(record: WarcFileRecord, name: str, ports: ImportPorts) -> "_Imported | str":
    """The article of one record, or what it is counted as."""
    page = record.page
    if page is None:
        return f"skipped-{record.skipped}" if record.fault is None else "fault"
    if passed_over := _passed_over(page, ports.clock.now()):
        return passed_over
    try:
        entry = _entry(page)
        said = page.provenance
        response = Response(
            url=page.url,
            status=page.status,
            headers=page.headers,
            body=page.body,
            robots_allowed=said.robots_allowed if said else None,
            flags=(*(said.flags if said else ()), f"from:{name}"),
        )
        event = await ports.reader_at(PageTime(page.fetched_at)).read(entry, response, page.fetched_at)
        if not isinstance(event, ArticleExtracted):
            return f"skipped-{event.kind}"
        raw = raw_page(entry, response, event, page.fetched_at)
        check_event_size(encode(event))
    except ValueError:
        return "skipped-bad-url"
    except (Reject, Retry) as error:
        return f"skipped-{error.reason}"
    packed = await ports.archive.pack(raw) if ports.archive is not None and raw is not None else None
    return _Imported(entry, _never_looked_at_again(event), packed)


def _passed_over(page: WarcPage, now: datetime) -> str | None:
    """Why a page is not read at all; None where it is."""
    if page.status != 200:
        return f"skipped-http-{page.status}"
    if not _FIRST <= page.fetched_at <= now + _AHEAD:
        return "skipped-bad-date"  # no newer fetch could ever replace a text from the future
    return None


def _entry(page: WarcPage) -> EntryFound:
    """The entry of a page; newswire's own files say what its feed said. Raises `ValueError` for a bad address."""
    url = canonicalize(page.url)
    fingerprint = digest(page.body)
    own = {
        "id": stable_id("import-page", url, page.fetched_at.isoformat(), fingerprint),
        "reason": "import",
        "entry_key": url,
        "fingerprint": fingerprint,
        "url": url,
        "original_url": page.url,
        "found_at": page.fetched_at,
        "article_id": None,
        "validators": None,
    }
    former = page.provenance.entry if page.provenance else None
    return former.model_copy(update=own) if former else EntryFound.model_validate(own)


def _never_looked_at_again(event: ArticleExtracted) -> ArticleExtracted:
    """The event without its HTTP facts: an article that has them is asked for again at its publisher's."""
    return event.model_copy(update={"article": event.article.model_copy(update={"http": None})})
