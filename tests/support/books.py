"""The invariants that hold whatever died meanwhile (lost = 0, twice = 0), checked on a finished run's data."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from newswire.adapters.database import Database
from newswire.adapters.store.recorded_rows import RECORDED, value_of
from newswire.adapters.store.tables import articles, feed_events, revisions
from newswire.assembly.backends import open_backends
from newswire.contracts import decode
from newswire.domain.ledger import Balance
from newswire.events import CHANGES
from newswire.operations.audit import audit
from newswire.ports import Record
from newswire.settings import Settings
from support.line import on
from support.publisher import Publisher


@dataclass(frozen=True)
class Checked:
    balance: Balance
    articles: int
    changes: int
    copies: int
    """Records on the changes topic beyond the first of each id."""
    of_feeds: int
    """Events about feeds."""


async def check(settings: Settings, publisher: Publisher, *, before: Settings | None = None) -> Checked:
    """Every article served is stored once, in its newest version, and every stored change is on the wire.

    ``before`` are the settings of a place that newswire moved from, with the beginning of the wire.
    """
    async with open_backends(settings) as backends:
        balance = await audit(backends.ledger, backends.bus)
        assert balance.balanced
        assert (balance.lost, balance.pending, balance.unbooked) == (0, 0, 0), balance

        stored = [article async for article in backends.ledger.articles()]
        served = {publisher.url(n): item for n, item in publisher.items.items() if n not in publisher.missing}
        wanted, there = Counter(served.keys()), Counter(article.url for article in stored)
        assert (dict(wanted - there), dict(there - wanted)) == ({}, {}), "missing, and not served"

        wire: dict[str, set[bytes]] = {}
        order: list[tuple[str, int]] = []
        published = [*(await _published(before) if before else ()), *await on(backends.bus, CHANGES)]
        for record in published:
            event = decode(record)
            if str(event.id) not in wire and not event.kind.startswith(("feed-", "coverage-")):
                order.append((str(event.article_id), event.revision))
            wire.setdefault(str(event.id), set()).add(record.value)

    assert all(len(values) == 1 for values in wire.values()), "one id, two values"
    _first_occurrences_ascend(order)
    rows, feed_rows, newest = await _recorded(settings)
    recorded = {str(event_id): value for event_id, value in [*rows, *feed_rows]}
    assert recorded.keys() == wire.keys()
    assert all(wire[event_id] == {value} for event_id, value in recorded.items())
    for url, item in served.items():
        assert f"{item.number}-{item.version}-0" in newest[url], f"{url} is not stored in its newest version"
    return Checked(balance, len(stored), len(rows), len(published) - len(wire), len(feed_rows))


def _first_occurrences_ascend(order: list[tuple[str, int]]) -> None:
    last: dict[str, int] = {}
    for article_id, revision in order:
        assert revision > last.get(article_id, 0), f"{article_id}: revision {revision} after {last[article_id]}"
        last[article_id] = revision


async def _published(settings: Settings) -> list[Record]:
    async with open_backends(settings) as backends:
        return await on(backends.bus, CHANGES)


async def _recorded(settings: Settings):
    """The recorded changes, what was recorded of feeds, and for each URL the newest text."""
    database = Database(settings.store.get_secret_value())
    try:
        async with database.read() as connection:
            rows = [(row.change_id, value_of(row)) for row in await connection.execute(RECORDED)]
            texts = await connection.execute(
                select(articles.c.canonical_url, revisions.c.article)
                .join_from(articles, revisions, articles.c.article_id == revisions.c.article_id)
                .order_by(revisions.c.revision)
            )
            of_feeds = (await connection.execute(select(feed_events.c.event_id, feed_events.c.value))).all()
            return rows, of_feeds, {url: article["text"] for url, article in texts}
    finally:
        await database.close()
