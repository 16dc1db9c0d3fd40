"""The store stage: decided and recorded first, published after; no record is left between the two."""

import base64
from datetime import timedelta

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.contracts import decode, encode, traceparent_for
from newswire.errors import Reject, Stop, UsageError, Wait
from newswire.events import (
    ARTICLES,
    CHANGES,
    DEAD,
    ENTRIES,
    Duplicate,
    Published,
    Revised,
    Withdrawn,
    article_id_of,
    stable_id,
)
from newswire.ports import Partition, Record
from newswire.stages.failures import dead_letter, replay_message
from newswire.stages.limits import MAX_EVENT_BYTES
from newswire.stages.store import Store
from support.build import NOW, TEXT, URL, entry_id_of, extracted, gone, letter, sighting, text_of, unchanged
from support.line import delivered, entry_record, events_on, log_over, on
from support.stores import poll_store

HOUR = timedelta(hours=1)
COPY = "https://copy.example/a"
LIMIT = 3


@pytest.fixture
async def bus(database, clock):
    """Here over either engine, as is all of the state."""
    bus = log_over(database, clock)
    yield bus
    await bus.close()


@pytest.fixture
def articles(database):
    return DatabaseArticles(database)


@pytest.fixture
def ledger(database):
    return DatabaseLedger(database)


@pytest.fixture
def feeds(database):
    return poll_store(database, linger_s=0)


@pytest.fixture
def stage(articles, bus, clock):
    return Store(articles, bus, clock, dead_letter_limit=LIMIT)


def records(*events, first=0) -> list[Record]:
    return [
        delivered(encode(event, traceparent=traceparent_for(event.entry_id or event.id)), offset)
        for offset, event in enumerate(events, first)
    ]


def poison(name="poison") -> Record:
    """An event whose title Postgres cannot hold and SQLite can."""
    return records(extracted(f"https://example.org/{name}", "Ti\x00tle", text_of(name), entry=name))[0]


async def outcomes(ledger):
    balance = await ledger.balance()
    return {kind: count for kind, count in balance.outcomes.items() if count}


class Refusing:
    """The article store with a mistake in it: it fails on whatever ``bad`` is true of."""

    def __init__(self, articles, bad):
        self._articles, self._bad = articles, bad

    async def record(self, arrivals, decide, now, noted, booked):
        if any(self._bad(arrival.event) for arrival in arrivals):
            raise ValueError("nobody thought of that")
        return await self._articles.record(arrivals, decide, now, noted, booked)

    async def with_earlier(self, told):
        return await self._articles.with_earlier(told)

    async def record_dead(self, letters):
        await self._articles.record_dead(letters)


class TestBatches:
    async def test_a_batch_is_decided_recorded_and_published_in_its_order(self, stage, bus, ledger, feeds):
        names = ("new", "copy", "edit", "same", "gone")
        await feeds.entries.book([sighting(name, COPY if name == "copy" else URL) for name in names])
        batch = records(
            extracted(entry="new"),
            extracted(COPY, entry="copy"),
            extracted(title="Edited", at=NOW + HOUR, entry="edit"),
            unchanged(at=NOW + 2 * HOUR, entry="same"),
            gone(at=NOW + 3 * HOUR, entry="gone"),
        )
        await stage.handle(batch)
        wire = await events_on(bus, CHANGES)
        of_url = [change for change in wire if change.article_id == article_id_of(URL)]
        assert [type(change) for change in of_url] == [Published, Revised, Withdrawn]
        assert [change.revision for change in of_url] == [1, 2, 3]
        (copy,) = (change for change in wire if isinstance(change, Duplicate))
        assert copy.duplicate_of.article_id == article_id_of(URL)
        assert await outcomes(ledger) == dict.fromkeys(
            ("published", "duplicate", "revised", "unchanged", "withdrawn"), 1
        )

    async def test_a_change_travels_under_its_articles_key_with_its_entrys_trace(self, stage, bus):
        await stage.handle(records(extracted(entry="new")))
        (record,) = await on(bus, CHANGES)
        assert record.key == str(article_id_of(URL))
        assert record.header("traceparent") == traceparent_for(entry_id_of("new"))
        assert record.header("ce_entryid") == str(entry_id_of("new"))

    async def test_a_batch_delivered_again_publishes_the_same_bytes_and_stores_nothing(
        self, stage, bus, ledger, feeds, clock
    ):
        await feeds.entries.book([sighting("new"), sighting("edit")])
        batch = records(extracted(entry="new"), extracted(title="Edited", at=NOW + HOUR, entry="edit"))
        await stage.handle(batch)
        first, stored = await on(bus, CHANGES), [article async for article in ledger.articles()]
        books = await ledger.balance()
        await clock.advance(3600)
        await stage.handle(batch)
        again = (await on(bus, CHANGES))[len(first) :]
        assert [(r.key, r.value, r.headers) for r in again] == [(r.key, r.value, r.headers) for r in first]
        assert len(first) == 2
        assert [article async for article in ledger.articles()] == stored
        assert await ledger.balance() == books

    async def test_a_record_twice_in_one_batch_is_stored_once_and_told_under_one_id(self, stage, bus, ledger):
        (record,) = records(extracted(entry="new"))
        await stage.handle([record, record])
        assert len({change.id for change in await events_on(bus, CHANGES)}) == 1
        assert len({record.value for record in await on(bus, CHANGES)}) == 1
        assert len([article async for article in ledger.articles()]) == 1

    async def test_a_reprint_in_the_same_batch_is_linked(self, stage, bus):
        await stage.handle(records(extracted(COPY, text=TEXT), extracted(URL, text=TEXT)))
        kinds = sorted(change.kind for change in await events_on(bus, CHANGES))
        assert kinds == ["duplicate", "published"]

    async def test_what_brings_nothing_new_is_booked_and_not_published(self, stage, bus, ledger, feeds):
        await feeds.entries.book([sighting("new"), sighting("again")])
        await stage.handle(records(extracted(entry="new"), extracted(at=NOW + HOUR, entry="again")))
        assert len(await on(bus, CHANGES)) == 1
        assert await outcomes(ledger) == {"published": 1, "unchanged": 1}


class TestOrderOfDurability:
    @pytest.mark.parametrize("failure", ["away", "unheard"])
    async def test_what_was_recorded_while_the_broker_was_away_is_published_when_the_batch_comes_again(
        self, stage, bus, ledger, failure
    ):
        batch = records(extracted(entry="new"))
        setattr(bus, failure, 1)
        with pytest.raises(Wait):
            await stage.handle(batch)
        assert len([article async for article in ledger.articles()]) == 1, "recorded before it was published"
        await stage.handle(batch)
        wire = await on(bus, CHANGES)
        assert len({record.value for record in wire}) == 1
        assert [article.revision async for article in ledger.articles()] == [1]

    async def test_while_the_database_is_away_nothing_is_published_and_nobody_is_blamed(self, bus, clock):
        class Away:
            async def record(self, *_):
                raise Wait("the database is away")

        stage = Store(Away(), bus, clock, dead_letter_limit=1)
        for _ in range(3):
            with pytest.raises(Wait):
                await stage.handle(records(extracted(), extracted(COPY)))
        assert (await on(bus, CHANGES), await on(bus, DEAD)) == ([], [])

    async def test_a_database_that_was_never_set_up_is_the_operators_to_mend_and_costs_no_article(self, bus, clock):
        class Missing:
            async def record(self, *_):
                raise UsageError("the database has no newswire schema: run 'newswire migrate' first")

        with pytest.raises(UsageError, match="migrate"):
            await Store(Missing(), bus, clock, dead_letter_limit=9).handle(records(extracted(), extracted(COPY)))
        assert await on(bus, DEAD) == []


class TestPoison:
    @pytest.mark.parametrize("value", [b"", b"\x00\xff", b"{}", b'{"kind": "extracted"}', b'{"kind": "published"}'])
    async def test_an_unreadable_record_is_a_dead_letter_with_its_bytes_and_the_rest_goes_through(
        self, stage, bus, value
    ):
        bad = Record(Partition(ARTICLES, 1), 7, "k", value, (("ce_entryid", str(entry_id_of("bad")).encode()),))
        await stage.handle([*records(extracted()), bad, *records(extracted(COPY, text=text_of("own")))])
        assert len(await on(bus, CHANGES)) == 2
        (dead,) = await events_on(bus, DEAD)
        assert (dead.stage, dead.reason, dead.entry_id) == ("store", "invalid-record", entry_id_of("bad"))
        assert base64.b64decode(dead.value_base64) == value
        assert (dead.topic, dead.partition, dead.offset, dead.key) == (ARTICLES, 1, 7, "k")

    async def test_one_that_is_larger_than_may_be_is_a_dead_letter_and_one_that_is_just_not_goes_through(
        self, stage, bus
    ):
        """Its change has to fit the log as well: a batch that can never be published would hold up all others."""
        (empty,) = records(extracted(text=""))
        room = MAX_EVENT_BYTES - len(empty.value)
        just, over = records(extracted(text="x" * room), extracted(COPY, text='"' * 4_999_000))
        assert len(just.value) == MAX_EVENT_BYTES
        assert len(over.value) < 10_000_000, "the log takes it"
        await stage.handle([over, just])
        assert [change.article_id for change in await events_on(bus, CHANGES)] == [article_id_of(URL)]
        (dead,) = await events_on(bus, DEAD)
        assert dead.reason == "too-large"
        assert "the first 7,000,000 of 9,9" in dead.message
        assert over.value.startswith(base64.b64decode(dead.value_base64))

    async def test_an_event_of_another_topic_is_a_dead_letter(self, stage, bus):
        stray = entry_record()
        await stage.handle([Record(Partition(ARTICLES, 0), 0, stray.key, stray.value, stray.headers)])
        assert [dead.reason for dead in await events_on(bus, DEAD)] == ["invalid-record"]

    async def test_the_culprit_of_a_failed_batch_is_put_aside_and_the_others_are_stored(
        self, articles, bus, clock, ledger
    ):
        stage = Store(
            Refusing(articles, lambda event: event.entry_id == entry_id_of("bad")), bus, clock, dead_letter_limit=LIMIT
        )
        good = [extracted(f"https://example.org/{n}", text=text_of(f"t{n}")) for n in "abc"]
        batch = records(good[0], extracted(COPY, entry="bad"), *good[1:])
        await stage.handle(batch)
        assert {change.source_event_id for change in await events_on(bus, CHANGES)} == {event.id for event in good}
        (dead,) = await events_on(bus, DEAD)
        assert (dead.entry_id, dead.reason, dead.error) == (entry_id_of("bad"), "unexpected", "ValueError")
        assert replay_message(dead).value == batch[1].value
        assert len([article async for article in ledger.articles()]) == 3

    async def test_too_many_mistakes_in_a_row_stop_the_stage_with_nothing_acknowledged(self, articles, bus, clock):
        stage = Store(Refusing(articles, lambda _: True), bus, clock, dead_letter_limit=LIMIT)
        with pytest.raises(Stop, match="3 records in a row"):
            await stage.handle(records(*(extracted(f"https://example.org/{n}") for n in range(5))))
        assert (await on(bus, DEAD), await on(bus, CHANGES)) == ([], [])

    async def test_whatever_goes_through_in_between_starts_the_count_anew(self, articles, bus, clock):
        stage = Store(Refusing(articles, lambda event: event.article.url == COPY), bus, clock, dead_letter_limit=LIMIT)
        for number in range(LIMIT * 2):
            bad, good = extracted(COPY, entry=f"b{number}"), extracted(f"https://example.org/{number}")
            await stage.handle(records(bad, good, first=2 * number))
        assert len(await on(bus, DEAD)) == LIMIT * 2

    async def test_while_the_broker_is_away_the_same_mistakes_are_not_counted_again(self, articles, bus, clock):
        stage = Store(Refusing(articles, lambda _: True), bus, clock, dead_letter_limit=LIMIT)
        batch = records(*(extracted(f"https://example.org/{n}") for n in range(LIMIT - 1)))
        bus.away = LIMIT
        for _ in range(LIMIT):
            with pytest.raises(Wait):
                await stage.handle(batch)
        await stage.handle(batch)
        assert len(await on(bus, DEAD)) == LIMIT - 1
        with pytest.raises(Stop, match=f"{LIMIT} records in a row"):
            await stage.handle(records(extracted(COPY), first=LIMIT))

    async def test_a_stage_that_fails_on_every_article_is_not_kept_going_by_its_own_dead_letters(
        self, articles, bus, clock
    ):
        stage = Store(Refusing(articles, lambda _: True), bus, clock, dead_letter_limit=LIMIT)
        for number in range(LIMIT - 1):
            await stage.handle(records(extracted(f"https://example.org/{number}"), first=number))
            await stage.handle((await on(bus, DEAD))[-1:])
        with pytest.raises(Stop):
            await stage.handle(records(extracted(COPY), first=LIMIT))

    async def test_a_title_that_the_database_cannot_hold_never_sticks_the_batch(self, stage, bus, ledger, database):
        await stage.handle([poison(), *records(extracted())])
        urls = {article.url async for article in ledger.articles()}
        dead = await events_on(bus, DEAD)
        if database.is_sqlite:
            assert urls == {URL, "https://example.org/poison"}
        else:
            assert urls == {URL}
            assert [(each.entry_id, each.reason) for each in dead] == [(entry_id_of("poison"), "unexpected")]
            await stage.handle(await on(bus, DEAD))
            assert [line.letter async for line in ledger.dead()] == dead


class TestDeadLetters:
    async def test_a_dead_letter_is_kept_and_rejects_its_entry(self, stage, bus, ledger, feeds):
        await feeds.entries.book([sighting("one"), sighting("two")])
        dead = letter("one", "http-404")
        await stage.handle(records(dead))
        await stage.handle(records(dead))
        balance = await ledger.balance()
        assert (dict(balance.reasons), balance.pending) == ({"http-404": 1}, 1)
        assert [line.letter async for line in ledger.dead()] == [dead]
        assert await on(bus, DEAD) == []

    @pytest.mark.parametrize("value", [b"not a letter", b"{}", b'{"kind": "extracted"}'])
    async def test_an_unreadable_one_is_kept_as_it_is_and_does_not_circle(self, stage, bus, ledger, value):
        bad = Record(Partition(DEAD, 0), 3, "k", value)
        await stage.handle([bad, *records(letter("fine"))])
        assert await on(bus, DEAD) == []
        kept = {line.letter.reason: line.letter async for line in ledger.dead()}
        assert kept.keys() == {"invalid-record", "http-404"}
        assert base64.b64decode(kept["invalid-record"].value_base64) == value
        assert kept["invalid-record"].topic == DEAD

    async def test_one_that_the_database_cannot_hold_is_kept_as_a_letter_about_itself(self, stage, bus, ledger):
        bad = letter("bad").model_copy(update={"url": "https://n.example/\x00"})
        batch = records(letter("one"), bad, letter("two"))
        await stage.handle(batch)
        kept = [line.letter async for line in ledger.dead()]
        assert {each.entry_id for each in kept} == {entry_id_of(name) for name in ("one", "bad", "two")}
        (about,) = (each for each in kept if each.entry_id == entry_id_of("bad"))
        assert about == bad or base64.b64decode(about.value_base64) == batch[1].value
        assert await on(bus, DEAD) == []

    async def test_an_entry_that_was_sent_again_turns_from_rejected_to_published(
        self, stage, bus, ledger, feeds, clock
    ):
        event = extracted(entry="late")
        await feeds.entries.book([sighting("late")])
        (record,) = records(event)
        dead = dead_letter(record, "store", Reject("http-503", "away"), clock.now())
        await stage.handle([delivered(dead)])
        assert await outcomes(ledger) == {"rejected": 1}

        (line,) = [line async for line in ledger.dead()]
        again = replay_message(line.letter)
        assert again.topic == ARTICLES
        await stage.handle([delivered(again, 99)])
        assert await outcomes(ledger) == {"published": 1}
        assert [change.source_event_id for change in await events_on(bus, CHANGES)] == [event.id]
        assert (await ledger.balance()).balanced

    async def test_a_dead_letter_that_arrives_late_does_not_reject_what_was_published(self, stage, ledger, feeds):
        await feeds.entries.book([sighting("one")])
        await stage.handle(records(extracted(entry="one")))
        await stage.handle(records(letter("one")))
        assert await outcomes(ledger) == {"published": 1}


async def test_an_entry_letter_goes_back_to_the_entries(clock):
    record = entry_record()
    dead = decode(delivered(dead_letter(record, "extract", Reject("http-404", "gone"), clock.now())))
    again = replay_message(dead)
    assert (again.topic, again.value) == (ENTRIES, record.value)
    assert dead.id == stable_id("dead", dead.entry_id, "extract", 1, "")
