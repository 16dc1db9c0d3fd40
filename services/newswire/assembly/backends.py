"""The only place where adapters are chosen: settings in, ports with a backend behind them out."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database, sqlite_file
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.moving import DatabaseMovable
from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.due_rechecks import DatabaseRechecks
from newswire.adapters.store.editor_links import DatabaseLinks
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.feed_schedule import DatabaseFeedSchedule
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.adapters.store.past_entries import DatabasePastEntries
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.reading.console import DatabaseConsoleReads
from newswire.adapters.store.reading.feeds import DatabaseFeedReads
from newswire.adapters.store.retention import DatabaseRetention
from newswire.adapters.store.sources import DatabaseSources
from newswire.adapters.store.standing import DatabaseStandingArticles
from newswire.adapters.store.untold_events import DatabaseFeedEvents
from newswire.adapters.store.webhooks import DatabaseWebhooks
from newswire.adapters.store.websub import DatabaseHubSubscriptions, DatabaseHubUpkeep
from newswire.adapters.store.whole_changes import DatabaseWholeChanges
from newswire.adapters.store.wire import DatabaseWire
from newswire.assembly.archiving import erasure_of, open_archive
from newswire.assembly.log import open_bus
from newswire.errors import UsageError
from newswire.log import configure_worker
from newswire.ports import (
    ApiKeys,
    Archive,
    ArticleReads,
    ArticleStore,
    Bus,
    Clock,
    ConsoleReads,
    Entries,
    Erasure,
    FeedEvents,
    FeedReads,
    Feeds,
    FeedSchedule,
    HubSubscriptions,
    HubUpkeep,
    Ledger,
    LedgerFold,
    Links,
    MovableStore,
    PastEntries,
    Rechecks,
    Schema,
    Searches,
    SearchIndex,
    Sources,
    StandingArticles,
    StoreRetention,
    Web,
    Webhooks,
    WholeChanges,
    Wire,
    Workers,
)
from newswire.settings import Settings

_PRELOAD: Final = ("newswire.log", "newswire.parsing.preload")


@dataclass(frozen=True, slots=True)
class Backends:
    """The ports that every command needs: the store, the log, the time."""

    settings: Settings
    clock: Clock
    schema: Schema
    feeds: Feeds
    feed_reads: FeedReads
    schedule: FeedSchedule
    entries: Entries
    rechecks: Rechecks
    feed_events: FeedEvents
    source_events: FeedEvents
    hubs: HubSubscriptions
    hub_upkeep: HubUpkeep
    articles: ArticleStore
    links: Links
    ledger: Ledger
    ledger_fold: LedgerFold
    retention: StoreRetention
    whole_changes: WholeChanges
    article_reads: ArticleReads
    console_reads: ConsoleReads
    searches: Searches
    search_index: SearchIndex
    api_keys: ApiKeys
    erasure: Erasure
    wire: Wire
    webhooks: Webhooks
    standing: StandingArticles
    sources: Sources
    movable: MovableStore
    bus: Bus
    past: PastEntries
    archive: Archive | None
    """None where the settings name none."""


@dataclass(frozen=True, slots=True)
class FetchBackends:
    """The ports that only fetching and extracting need: the web, and worker processes to parse in."""

    web: Web
    workers: Workers


@asynccontextmanager
async def open_backends(
    settings: Settings,
    *,
    check_schema: bool = True,
    use_store: bool = True,
    archive_may_be_new: bool = True,
    application: str = "newswire",
    clock: Clock | None = None,
) -> AsyncGenerator[Backends]:
    """The ports over the database and the bus of the settings; everything is closed at the end.

    A SQLite database is created and migrated; the schema of a Postgres is only checked. Without ``use_store`` no
    database is needed, unless the bus lives in it. An archive that may not be new has to be there already. Postgres
    shows ``application`` as the name of the connections.
    Raises `UsageError` for a setting that cannot be met, `Wait` when the database is away.
    """
    clock = clock or SystemClock()
    url = settings.store.get_secret_value()
    use_store = use_store or not settings.kafka_servers
    if use_store:
        sqlite_file.prepare(url)
    async with AsyncExitStack() as stack:
        database = Database(
            url,
            pool_size=settings.database.pool_size,
            statement_timeout_s=settings.database.statement_timeout_s,
            application=application,
        )
        stack.push_async_callback(database.close)
        schema = DatabaseSchema(database)
        if check_schema and use_store:
            await _ready(schema, embedded=database.is_sqlite)
        bus = open_bus(settings, database, clock)
        stack.push_async_callback(bus.close)
        archive = open_archive(settings, clock, may_be_new=archive_may_be_new)
        if archive is not None:
            stack.push_async_callback(archive.close)
        entries = DatabaseEntries(database)
        stack.push_async_callback(entries.close)
        yield Backends(
            settings=settings,
            clock=clock,
            schema=schema,
            feeds=DatabaseFeeds(database),
            feed_reads=DatabaseFeedReads(database),
            schedule=DatabaseFeedSchedule(database),
            entries=entries,
            rechecks=DatabaseRechecks(database),
            feed_events=DatabaseFeedEvents(database),
            source_events=DatabaseFeedEvents(database, about_sources=True),
            hubs=DatabaseHubSubscriptions(database),
            hub_upkeep=DatabaseHubUpkeep(database),
            articles=DatabaseArticles(database, near_window=_near_window(settings)),
            links=DatabaseLinks(database, near_window=_near_window(settings)),
            ledger=DatabaseLedger(database),
            ledger_fold=DatabaseLedgerFold(database),
            retention=DatabaseRetention(database),
            whole_changes=DatabaseWholeChanges(database),
            article_reads=DatabaseArticleReads(database),
            console_reads=DatabaseConsoleReads(database),
            searches=DatabaseSearches(database),
            search_index=DatabaseSearchIndex(database),
            api_keys=DatabaseApiKeys(database),
            erasure=erasure_of(database, archive, clock),
            wire=DatabaseWire(database),
            webhooks=DatabaseWebhooks(database),
            standing=DatabaseStandingArticles(database),
            sources=DatabaseSources(database),
            movable=DatabaseMovable(database),
            bus=bus,
            past=DatabasePastEntries(database),
            archive=archive,
        )


@asynccontextmanager
async def open_fetch_backends(settings: Settings, clock: Clock) -> AsyncGenerator[FetchBackends]:
    """The web and the worker processes; both are closed at the end."""
    # Slow to import, and most commands look at the store alone.
    from newswire.adapters.http import HttpWeb  # noqa: PLC0415  # see above
    from newswire.runtime.pool import Pool  # noqa: PLC0415  # see above

    async with AsyncExitStack() as stack:
        fetch, extract = settings.fetch, settings.extract
        web = HttpWeb(
            user_agent=fetch.agent,
            allow_private=fetch.allow_private_addresses,
            host_interval_s=fetch.host_interval_s,
            host_concurrency=fetch.host_concurrency,
            global_concurrency=fetch.concurrency,
            held_as_one=fetch.held_as_one,
            insecure_redirects=fetch.insecure_redirects,
            clock=clock,
        )
        stack.push_async_callback(web.close)
        workers = Pool(
            processes=extract.processes,
            memory_bytes=extract.memory_mb << 20,
            max_tasks=extract.max_tasks,
            preload=_PRELOAD,
            prepare=partial(configure_worker, settings.log),
        )
        stack.push_async_callback(workers.close)
        yield FetchBackends(web, workers)


def _near_window(settings: Settings) -> timedelta | None:
    return timedelta(days=settings.duplicates.window_days) if settings.duplicates.near else None


async def _ready(schema: Schema, *, embedded: bool) -> None:
    state = await schema.state()
    if state.fits:
        return
    if embedded or state.newer:  # which says why it cannot
        await schema.migrate()
        return
    raise UsageError(
        f"the database's schema is {state.have or 'missing'}, this version needs {state.need}: run 'newswire migrate'"
    )
