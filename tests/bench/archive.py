"""What the archive costs beside extraction, and whether a redo gives the same bytes twice.

    python tests/bench/archive.py [--pages 300] [--redo 0]

Cost: seconds of the CPU for each page of the corpus, in turn: parsing it, packing it (records, digests, compression),
its share of writing files and indexes into a folder, and of merging these files. Redo: that many pages are archived and
stored with an extraction that lacks the last line of each text, then extracted again twice by two runs; every article
is gathered.
"""

import argparse
import asyncio
import hashlib
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.archive.pack import RecentBodies, packed
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.past_entries import DatabasePastEntries
from newswire.adapters.store.standing import DatabaseStandingArticles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.facts.page_claims import feed_facts
from newswire.domain.articles.recorded import Arrival
from newswire.domain.text.fingerprint import content_hash
from newswire.errors import Reject, Retry
from newswire.operations.page_time import PageTime
from newswire.operations.redo.redo import Redo, RedoPorts
from newswire.parsing.jobs import parse_page
from newswire.ports import Response
from newswire.stages.article_reader import ArticleReader, raw_page
from support.corpus import pages
from support.fakes import FakeClock
from support.line import EXTRACT_RULES, entry, log_over
from support.raw_pages import archive_in
from support.raw_pages import raw_page as made_page
from support.web import FakeWeb
from support.workers import Inline

SETS = ("extract-news424", "extract-wcxb", "extract-fundus", "extract-scrapinghub")
START = datetime(2026, 3, 1, tzinfo=UTC)
HTML = {"content-type": "text/html"}


def corpus(count: int) -> Iterator[tuple[str, bytes]]:
    """So many pages of the sets in turn, from the beginning again where there are too few; each has an own comment."""
    bodies = cycle(body for name in SETS for _, body in pages(name))
    return (
        (f"https://s{n % 97}.example/{n}", body + b"<!-- %d -->" % n) for n, body in enumerate(islice(bodies, count))
    )


def cpu(work: Any, *args: Any) -> tuple[float, Any]:
    began = time.process_time()
    result = work(*args)
    return time.process_time() - began, result


async def cost(bodies: Iterable[tuple[str, bytes]], folder: Path) -> None:
    clock, recent = FakeClock(START), RecentBodies()
    archive = archive_in(folder, clock)
    parsing = packing = 0.0
    records, read = [], 0
    for number, (url, body) in enumerate(bodies):
        page = made_page(str(number), body, at=START + timedelta(milliseconds=number), url=url, headers=HTML)
        took, _ = cpu(parse_page, body, url, HTML["content-type"], None, feed_facts(entry(str(number), url)), START)
        parsing += took
        took, record = cpu(packed, page, recent)
        packing += took
        records.append(record)
        read += len(body)
    began = time.process_time()
    for start in range(0, len(records), 80):
        await asyncio.gather(*(archive.keep(record) for record in records[start : start + 80]))
    writing = time.process_time() - began
    began = time.process_time()
    gone = await archive.merge(START.date(), START.date())
    merging = time.process_time() - began
    await archive.close()
    count, size = len(records), sum(len(record.record) + len(record.metadata) for record in records)
    print(f"{count} pages of {read // count:,} bytes, archived as {size // count:,}")
    for name, seconds in (("parse", parsing), ("pack", packing), ("write", writing)):
        print(f"{name:6} {seconds / count * 1000:7.2f} ms CPU a page")
    print(f"archive / parse: {(packing + writing) / parsing:.1%}")
    print(f"merge  {merging / count * 1000:7.2f} ms CPU a page, {gone} files")


class WithoutTheLastLine(Inline):
    async def run(self, function: Any, *args: Any, deadline_s: float) -> Any:
        found = await super().run(function, *args, deadline_s=deadline_s)
        if function is not parse_page or "\n" not in found.text:
            return found
        text = found.text.rpartition("\n")[0]
        return replace(found, text=text, kinds=found.kinds[:-1], content_hash=content_hash(text))


async def redo(bodies: Iterable[tuple[str, bytes]], folder: Path) -> None:
    clock = FakeClock(START)
    database = Database(f"sqlite:///{folder}/db")
    await DatabaseSchema(database).migrate()
    archive, articles, web = archive_in(folder / "pages", clock), DatabaseArticles(database), FakeWeb()
    stored = 0
    for number, (url, body) in enumerate(bodies):
        at = START + timedelta(seconds=number)
        found, answer = entry(str(number), url, found_at=at), Response(url, 200, HTML, body)
        try:
            event = await ArticleReader(web, WithoutTheLastLine(), PageTime(at), EXTRACT_RULES).read(found, answer, at)
        except (Reject, Retry):
            continue
        raw = raw_page(found, answer, event, at)
        if raw is not None:
            await archive.keep(await archive.pack(raw))
            await articles.record([Arrival(event)], decide, at)
            stored += 1
    bus, entries = log_over(database, clock), DatabaseEntries(database)
    ports = RedoPorts(
        archive=archive,
        past=DatabasePastEntries(database),
        standing=DatabaseStandingArticles(database),
        articles=articles,
        entries=entries,
        bus=bus,
        clock=clock,
        reader_at=lambda at: ArticleReader(web, Inline(), at, EXTRACT_RULES),
    )
    print(f"{stored} pages archived and stored")
    for _ in range(2):
        run = Redo(ports, samples=0)
        began = time.process_time()
        await run.compare(START, START + timedelta(days=30), (), lambda at: None)
        took = time.process_time() - began
        run._spool.seek(0)
        gathered = run._spool.read()
        digest = hashlib.sha256(gathered).hexdigest()
        print(f"{took:.0f} s CPU, {len(gathered):,} bytes, sha256 {digest}: {run.report.counts()}")
        run.close()
    for each in (archive, bus, entries, database):
        await each.close()


async def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--pages", type=int, default=300)
    asked.add_argument("--redo", type=int, default=0)
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.pages:
            await cost(corpus(args.pages), Path(folder) / "cost")
        if args.redo:
            await redo(corpus(args.redo), Path(folder))


if __name__ == "__main__":
    asyncio.run(main())
