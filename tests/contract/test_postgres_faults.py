"""Postgres dies, restarts, is cut off, falls silent: every port says `Wait` in time, and all is well afterwards."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import event, select, text

from newswire.adapters.database import Database
from newswire.adapters.database.postgres import WaitLimits
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.due_rechecks import DatabaseRechecks
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.feed_schedule import DatabaseFeedSchedule
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.recent_batches import recent_batches
from newswire.adapters.store.retention import DatabaseRetention
from newswire.adapters.store.untold_events import DatabaseFeedEvents
from newswire.adapters.store.websub import DatabaseHubSubscriptions, DatabaseHubUpkeep
from newswire.adapters.tables import metadata
from newswire.domain.articles.apart import with_article
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.state import PollSaved
from newswire.domain.websub.subscription import HubSubscription
from newswire.errors import UsageError, Wait
from support.build import NOW, URL, arrivals, extracted, feed, letter, sighting, text_of
from support.kafka import free_ports
from support.proxy import Proxy
from support.stores import poll_store
from support.waiting import eventually

QUICK = WaitLimits(connect=1.5, pool=6, late=0.5, ping=1, fresh=0)
STATEMENT_S = 1.5
BOUND_S = 120.0  # for all ports at once; without bounds nothing would ever come back


@pytest.fixture
async def proxy(postgres_server):
    with Proxy(free_ports(1)[0], postgres_server.port) as proxy:
        yield proxy


@pytest.fixture
def through(postgres_url, postgres_server, proxy):
    """The database's URL by way of the proxy."""
    return postgres_url.replace(f":{postgres_server.port}/", f":{proxy.port}/")


@pytest.fixture
async def database(postgres_url, through):
    """Every table, and a pool that comes through the proxy and loses patience soon."""
    direct = Database(postgres_url)
    await DatabaseSchema(direct).migrate()
    await direct.close()
    database = Database(through, pool_size=4, statement_timeout_s=STATEMENT_S, limits=QUICK)
    yield database
    await database.close()


async def drained(iterator):
    return [each async for each in iterator]


def ports(database):
    """Every method of every port over the database, as a call."""
    feeds, articles = poll_store(database), DatabaseArticles(database)
    ledger, schema = DatabaseLedger(database), DatabaseSchema(database)
    hubs, upkeep = DatabaseHubSubscriptions(database), DatabaseHubUpkeep(database)
    state, seen = feed(), sighting("seen")
    relinked = RecordedChange(state.id, state.id, "relinked", b"{}", NOW, state.id)
    subscription = HubSubscription(state.id, state.id, "https://hub.example/", "https://example.org/topic")
    return {
        "feeds.add": lambda: feeds.feeds.add([state]),
        "feeds.remove": lambda: feeds.feeds.remove("https://example.org/no-feed"),
        "feeds.set_options": lambda: feeds.feeds.set_options(state.url, FeedOptions(interval_s=60)),
        "feeds.enable": lambda: feeds.feeds.enable(state.url, NOW),
        "schedule.put_off": lambda: feeds.schedule.put_off({state.id: NOW}, NOW),
        "schedule.hurry": lambda: feeds.schedule.hurry(state.id, NOW),
        "feeds.by_url": lambda: feeds.feeds.by_url(state.url),
        "feeds.find": lambda: feeds.feeds.find(state.url),
        "entries.brought": lambda: feeds.entries.brought(state.id, [Identified(ParsedEntry(), "a", "f", URL)], NOW),
        "feed_events.untold": lambda: feeds.events.untold(5),
        "feed_events.mark_told": lambda: feeds.events.mark_told([state.id], NOW),
        "feeds.all": feeds.feeds.all,
        "feeds.of_domain": lambda: feeds.feeds.of_domain("example.org"),
        "schedule.count": feeds.schedule.count,
        "schedule.claim": lambda: feeds.schedule.claim(NOW, 5, 60),
        "schedule.next_due": feeds.schedule.next_due,
        "entries.known": lambda: feeds.entries.known(state.id, ["a"]),
        "entries.carried": lambda: feeds.entries.carried(state.id, ["a"]),
        "entries.seen": lambda: feeds.entries.seen(state.id, [URL], ["T"]),
        "entries.known_urls": lambda: feeds.entries.known_urls([URL]),
        "entries.save": lambda: feeds.entries.save(PollSaved(state, (sighting("polled", feed_id=state.id),))),
        "rechecks.claim": lambda: feeds.rechecks.claim(NOW, 5, 60),
        "entries.book": lambda: feeds.entries.book([seen]),
        "articles.record": lambda: articles.record(arrivals(extracted()), decide, NOW),
        "articles.with_earlier": lambda: articles.with_earlier([relinked]),
        "articles.record_dead": lambda: articles.record_dead([letter("dead")]),
        "retention.drop_texts": lambda: DatabaseRetention(database).drop_texts(NOW, None, 5, NOW),
        "retention.drop_letters": lambda: DatabaseRetention(database).drop_letters(NOW, 5),
        "ledger.balance": ledger.balance,
        "ledger.pending": lambda: drained(ledger.pending()),
        "ledger.history": lambda: ledger.history(URL),
        "ledger.articles": lambda: drained(ledger.articles()),
        "ledger.dead": lambda: drained(ledger.dead()),
        "ledger.dead_letter": lambda: ledger.dead_letter(letter("dead").id),
        "ledger.mark_retried": lambda: ledger.mark_retried(letter("dead").id, NOW),
        "ledger.feed_events": lambda: drained(ledger.feed_events()),
        "upkeep.missing": lambda: upkeep.missing(None, 5),
        "hubs.add": lambda: hubs.add(subscription),
        "hubs.of_feed": lambda: hubs.of_feed(state.id),
        "hubs.by_token": lambda: hubs.by_token("a"),
        "hubs.claim": lambda: hubs.claim(NOW, 5, 60),
        "hubs.save": lambda: hubs.save(subscription),
        "upkeep.rebase": lambda: upkeep.rebase("https://news.example/", NOW),
        "upkeep.orphaned": lambda: upkeep.orphaned(NOW),
        "upkeep.count": upkeep.count,
        "schema.ping": schema.ping,
        "schema.state": schema.state,
        "schema.migrate": schema.migrate,
        "schema.finish": schema.finish,
    }


async def fate(call):
    try:
        async with asyncio.timeout(BOUND_S):
            await call()
    except TimeoutError:
        return "endless"
    except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
        return type(error)
    return "done"


async def fates(database):
    calls = ports(database)
    found = await asyncio.gather(*(fate(call) for call in calls.values()))
    return dict(zip(calls, found, strict=True))


def everywhere(database, what):
    return dict.fromkeys(ports(database), what)


async def everything(url):
    """Every row of every table, seen from elsewhere."""
    database = Database(url)
    async with database.read() as connection:
        rows = {
            table.name: sorted((await connection.execute(select(table))).all(), key=repr)
            for table in metadata.sorted_tables
            if table is not recent_batches  # a crash of the server empties it, as the migration says
        }
    await database.close()
    return rows


def test_every_method_of_the_ports_is_among_those_that_are_tried(database):
    methods = {
        f"{name}.{method}"
        for name, kind in (
            ("feeds", DatabaseFeeds),
            ("schedule", DatabaseFeedSchedule),
            ("entries", DatabaseEntries),
            ("feed_events", DatabaseFeedEvents),
            ("rechecks", DatabaseRechecks),
            ("articles", DatabaseArticles),
            ("retention", DatabaseRetention),
            ("ledger", DatabaseLedger),
            ("hubs", DatabaseHubSubscriptions),
            ("upkeep", DatabaseHubUpkeep),
            ("schema", DatabaseSchema),
        )
        for method in vars(kind)
        if not method.startswith("_") and method != "close"
    }
    assert methods == set(ports(database))


async def test_a_server_that_is_killed_is_a_wait_everywhere_and_works_again_when_it_is_back(database, postgres_server):
    assert await fates(database) == everywhere(database, "done")
    postgres_server.kill()
    try:
        assert await fates(database) == everywhere(database, Wait)
    finally:
        postgres_server.start()
    assert await fates(database) == everywhere(database, "done")


async def test_a_network_that_falls_silent_is_a_wait_everywhere_and_works_again_when_it_speaks(database, proxy):
    assert await fates(database) == everywhere(database, "done")
    proxy.freeze()
    assert await fates(database) == everywhere(database, Wait)
    proxy.heal()
    assert await fates(database) == everywhere(database, "done")


async def test_connections_that_were_cut_while_idle_are_noticed_before_they_are_used(
    database, postgres_url, postgres_server, proxy
):
    name = postgres_url.rpartition("/")[2]
    assert await fates(database) == everywhere(database, "done")
    assert await postgres_server.terminate_backends(name) > 0

    async def are_gone():
        return not await postgres_server.terminate_backends(name)

    await eventually(are_gone)
    assert await fates(database) == everywhere(database, "done")
    assert proxy.cut() > 0
    assert await fates(database) == everywhere(database, "done")


async def test_connections_that_are_cut_again_and_again_are_waits_and_lose_nothing(
    database, postgres_url, postgres_server
):
    direct = Database(postgres_url, pool_size=4, limits=QUICK)
    store, schema, written, cuts = DatabaseArticles(direct), DatabaseSchema(direct), set(), 40

    async def read():
        while cuts:
            with suppress(Wait):
                await schema.ping()

    async def write(name):
        number = 0
        while cuts:
            event = extracted(f"https://example.org/{name}/{number}", text=text_of(f"{name}-{number}-"))
            with suppress(Wait):
                await store.record(arrivals(event), decide, NOW)
                written.add(event.article.article_id)
                number += 1

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(write(name))
            group.create_task(read())
        while cuts:
            await postgres_server.terminate_backends(postgres_url.rpartition("/")[2])
            await asyncio.sleep(0.02)
            cuts -= 1
    seen = {article.article_id async for article in DatabaseLedger(direct).articles()}
    await direct.close()
    # One whose commit was not answered may be there all the same.
    assert written <= seen
    assert len(seen - written) <= len("abc")


FAULTS = {
    "killed": lambda server, proxy, url: (server.kill(), server.start()),
    "terminated": lambda server, proxy, url: elsewhere(server.terminate_backends(url.rpartition("/")[2])),
    "cut": lambda server, proxy, url: proxy.cut(),
    "frozen": lambda server, proxy, url: proxy.freeze(),
    "unheard": lambda server, proxy, url: proxy.deafen(),
}


def elsewhere(work):
    """Run a coroutine to its end in another thread, from within a callback."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_in_the_middle_of_a_transaction_leaves_nothing_behind(
    database, postgres_url, postgres_server, proxy, fault
):
    store = DatabaseArticles(database)
    await store.record(arrivals(extracted()), decide, NOW)
    before = await everything(postgres_url)
    second = arrivals(extracted("https://example.org/b", text=text_of("b")))

    def decide_and_fail(*known):
        FAULTS[fault](postgres_server, proxy, postgres_url)
        return decide(*known)

    with pytest.raises(Wait):
        async with asyncio.timeout(BOUND_S):
            await store.record(second, decide_and_fail, NOW)
    proxy.heal()
    assert await everything(postgres_url) == before
    (change,) = await store.record(second, decide, NOW)
    assert change.kind == "published"


async def test_a_commit_whose_answer_is_lost_is_told_again_with_the_same_bytes(database, postgres_url, proxy):
    store, batch = DatabaseArticles(database), arrivals(extracted())
    event.listen(database._engine.sync_engine, "commit", lambda _: proxy.deafen(), once=True)
    with pytest.raises(Wait):
        await store.record(batch, decide, NOW)
    proxy.heal()
    written = await everything(postgres_url)
    (change,), (revision,) = written["changes"], written["revisions"]
    (told,) = await store.record(batch, decide, NOW)
    assert told.value == with_article(change.value, revision.article)
    assert await everything(postgres_url) == written


async def test_a_replica_that_falls_silent_within_a_transaction_loses_its_locks(database, postgres_url):
    another = Database(postgres_url)

    async def fall_silent():
        async with database.write() as connection:
            await connection.execute(text("SET idle_in_transaction_session_timeout = '200ms'"))
            await database.lock(connection, "name")
            async with asyncio.timeout(BOUND_S), another.write() as next_one:
                await another.lock(next_one, "name")
            await connection.execute(text("SELECT 1"))

    with pytest.raises(Wait):
        await fall_silent()
    await another.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_sleep(10)",  # statement_timeout
        "SELECT pg_cancel_backend(pg_backend_pid())",
        "DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION 'locked' USING ERRCODE = '55P03'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION 'disk' USING ERRCODE = '58030'; END $$",
    ],
)
async def test_a_server_that_cannot_do_it_now_is_a_wait(database, statement):
    with pytest.raises(Wait):
        async with database.write() as connection:
            await connection.execute(text(statement))


async def test_a_standby_is_a_wait_and_no_connection_to_it_is_used_again(database):
    async def write(pids):
        async with database.write() as connection:
            pids.append(await connection.scalar(text("SELECT pg_backend_pid()")))
            if len(pids) == 1:
                await connection.execute(text("SET TRANSACTION READ ONLY"))
            await connection.execute(text("DELETE FROM changes"))

    pids = []
    with pytest.raises(Wait):
        await write(pids)
    await write(pids)
    assert pids[0] != pids[1]


async def test_too_many_connections_are_a_wait(database, postgres_url):
    name = postgres_url.rpartition("/")[2]
    async with database.write() as connection:
        await connection.execute(text(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0'))
        await connection.execute(text("CREATE ROLE crowd LOGIN"))
    another = Database(postgres_url.replace("postgres@", "crowd@"))
    with pytest.raises(Wait, match="too many connections"):
        async with another.read():
            pass
    await another.close()
    async with database.write() as connection:
        await connection.execute(text("DROP ROLE crowd"))


@pytest.mark.parametrize(
    ("part", "other", "says"),
    [
        ("postgres@", "nobody@", "nobody"),
        ("/test_", "/no_", "does not exist"),
        ("?", "?sslmode=perhaps", "sslmode"),
        ("?", "?no_such_parameter=1", "no_such_parameter"),
        ("postgres@", "postgres:hush/hush@", "%2F"),
    ],
)
async def test_a_url_that_leads_nowhere_is_said_without_the_password(postgres_url, part, other, says):
    wrong = Database(f"{postgres_url}?".replace(part, other))
    with pytest.raises(UsageError, match=f"(?s)NEWSWIRE_STORE.*{says}|{says}.*NEWSWIRE_STORE") as raised:
        async with wrong.read():
            pass
    assert "hush" not in str(raised.value)
    await wrong.close()


async def test_closing_a_pool_whose_server_fell_silent_does_not_wait_for_it(through, proxy):
    patient = Database(through)
    await DatabaseSchema(patient).ping()
    proxy.freeze()
    async with asyncio.timeout(BOUND_S):
        await patient.close()


async def test_a_task_that_is_cancelled_while_the_network_is_silent_ends(database, proxy):
    frozen = asyncio.Event()

    async def write():
        async with database.write() as connection:
            proxy.freeze()
            frozen.set()
            await connection.execute(text("SELECT 1"))

    task = asyncio.create_task(write())
    await frozen.wait()
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(BOUND_S):
        with pytest.raises(asyncio.CancelledError):
            await task
    proxy.heal()
    assert await fates(database) == everywhere(database, "done")
