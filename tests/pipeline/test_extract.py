"""The extract stage: every answer a page can give comes to exactly one durable record."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.contracts import decode, entry_id_of, traceparent_for
from newswire.domain.text.signature import sign, to_text
from newswire.errors import Reject, Retry, Stop, Wait
from newswire.events import (
    ARTICLES,
    DEAD,
    ENTRIES,
    RETRIES,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    PageValidators,
    article_id_of,
)
from newswire.ports import Partition, Record
from newswire.stages.extract import Extract
from newswire.stages.failures import ATTEMPT, LATER, NOT_BEFORE, is_later, replay_message
from newswire.stages.limits import MAX_EVENT_BYTES
from support.build import text_of
from support.fakes import START
from support.line import EXTRACT_RULES, PAGE, RETRY_DELAYS, delivered, entry, entry_record, events_on, on
from support.pages import PARAGRAPHS, page
from support.web import answer
from support.workers import Inline

FULL = text_of("feed", 60)
STUB = "<html><title>Pier</title><article><p>Subscribe to read.</p></article></html>"


def page_of(title, *paragraphs):
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><title>{title}</title><main><h1>{title}</h1>{body}</main></html>"


def recheck(name="look", **more):
    asked = PageValidators(etag='"1"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
    return entry(name, reason="recheck", feed=None, article_id=article_id_of(PAGE), validators=asked, **more)


def found(body=None, url=PAGE, status=200, **headers):
    return answer(url, page() if body is None else body, status, content_type="text/html", **headers)


@pytest.fixture
def stage(bus, web, workers, clock):
    return Extract(bus, web, workers, clock, EXTRACT_RULES)


@pytest.fixture
def outcome(stage, bus, web):
    """Handle one record; gives back the one record that came of it."""
    topics = (*RETRIES, ARTICLES, DEAD)

    async def handle(record: Record, *answers) -> Record:
        if answers:
            web.serve(decode(record).url, *answers)
        before = {topic: await on(bus, topic) for topic in topics}
        await stage.handle(record)
        new = [record for topic in topics for record in await on(bus, topic) if record not in before[topic]]
        assert len(new) == 1, new
        return new[0]

    return handle


class TestArticles:
    async def test_a_page_becomes_an_article_under_the_entrys_key_of_identity_and_trace(self, outcome, clock):
        record = await outcome(entry_record(), found(etag='"7"'))
        event = decode(record)
        assert isinstance(event, ArticleExtracted)
        assert event.article.text == "\n".join(PARAGRAPHS)
        assert (event.entry_id, event.reason) == (entry().id, "new")
        assert (event.article.extraction.body_from, event.article.http.etag) == ("page", '"7"')
        assert event.article.fetched_at == clock.now()
        assert record.partition.topic == ARTICLES
        assert record.key == str(event.article.article_id)
        assert record.header("traceparent") == traceparent_for(entry().id)
        assert entry_id_of(record) == entry().id

    @pytest.mark.parametrize("body", [None, STUB], ids=["page", "stub"])
    async def test_the_event_carries_the_signature_of_the_article_that_it_brings(self, outcome, body):
        event = decode(await outcome(entry_record(entry(content=FULL)), found(body)))
        assert (event.article.extraction.body_from == "feed") == (body is not None)
        assert event.signature == to_text(sign(event.article.title, event.article.text))

    async def test_an_entry_that_is_delivered_again_answers_under_the_same_id(self, outcome):
        first = await outcome(entry_record(), found())
        second = await outcome(entry_record(), found(page(title="Edited meanwhile")))
        assert decode(first).id == decode(second).id
        assert first.header("ce_id") == second.header("ce_id")

    async def test_of_an_entry_that_shares_its_page_the_feeds_text_is_the_article_and_no_page_is_asked(
        self, outcome, web
    ):
        own = f"{PAGE}#/entry/1"
        event = decode(await outcome(entry_record(entry(url=own, content=FULL, shared_page=True))))
        assert web.requests == []
        assert (event.article.text, event.article.article_id) == (FULL, article_id_of(own))
        assert (event.article.extraction.body_from, event.article.extraction.flags) == ("feed", ("shared-page",))

    async def test_robots_txt_is_asked_and_the_bounds_are_passed_on(self, outcome, web):
        await outcome(entry_record(), found())
        (request,) = web.requests
        assert (request.obey_robots, request.max_bytes, request.timeout_s) == (True, 1_000_000, 10)
        assert request.validators == PageValidators()

    async def test_a_stub_takes_its_text_from_a_feed_that_carries_it(self, outcome):
        event = decode(await outcome(entry_record(entry(content=FULL)), found(STUB)))
        assert event.article.text == FULL
        assert event.article.extraction.body_from == "feed"
        assert "short-page" in event.article.extraction.flags
        assert event.article.http.status == 200

    async def test_a_stub_that_the_feed_says_no_more_of_is_published_as_it_is(self, outcome):
        stub = "<html><title>Pier</title><article><p>The pier is closed today.</p></article></html>"
        event = decode(await outcome(entry_record(entry(content="Short too.")), found(stub)))
        assert (event.article.text, event.article.extraction.body_from) == ("The pier is closed today.", "page")
        assert "short-text" in event.article.extraction.flags

    async def test_a_page_without_any_text_is_rejected_where_the_feed_carries_none(self, outcome):
        letter = decode(await outcome(entry_record(), found("<html><body></body></html>")))
        assert (letter.reason, letter.attempts) == ("no-text", 1)


class TestPagesThatAreNoArticle:
    WALL = page_of(
        "Before you go on",
        "We and our partners use cookies and similar techniques to store personal data on your device and to read it.",
        "Third parties place tracking cookies in order to show you personalised advertisements outside the website.",
        "By clicking on agree you give your consent. You may withdraw your consent on the page about privacy.",
    )
    CHECK = page_of("Are you a robot?", "To continue, please click the box below.")

    async def test_three_stories_behind_one_wall_are_three_articles_by_their_feeds_texts(self, outcome):
        events = []
        for number in range(3):
            text = " ".join(f"story{number}word{each}" for each in range(60))
            url = f"https://n.example/2026/story-{number}"
            found_entry = entry(url=url, content=text)
            events.append(decode(await outcome(entry_record(found_entry), found(self.WALL))))
        assert len({event.article.content_hash for event in events}) == 3
        assert {event.article.extraction.body_from for event in events} == {"feed"}
        assert {event.article.extraction.flags for event in events} == {("page-unavailable", "page-consent-wall")}

    async def test_a_wall_is_rejected_by_name_where_the_feed_carries_no_text(self, outcome):
        letter = decode(await outcome(entry_record(), found(self.WALL)))
        assert (letter.reason, letter.attempts) == ("consent-wall", 1)

    async def test_a_robot_check_is_tried_again(self, outcome):
        record = await outcome(entry_record(), found(self.CHECK))
        assert record.partition.topic == RETRIES[0]
        assert record.header("x-last-error").startswith("robot-check: ")


class TestSecondLooks:
    async def test_it_asks_with_the_articles_validators_and_304_is_unchanged(self, outcome, web):
        event = decode(await outcome(entry_record(recheck()), answer(PAGE, status=304, etag='"2"')))
        assert web.requests[0].validators == recheck().validators
        assert isinstance(event, ArticleUnchanged)
        assert (event.article_id, event.validators.etag) == (article_id_of(PAGE), '"2"')

    async def test_a_304_to_a_request_without_validators_says_nothing(self, outcome):
        record = entry_record(entry("look", reason="recheck", feed=None, article_id=article_id_of(PAGE)))
        assert decode(await outcome(record, answer(PAGE, status=304, etag='"2"'))).reason == "http-304"

    @pytest.mark.parametrize("status", [404, 410])
    async def test_a_page_that_is_gone_is_told_at_once_and_store_decides(self, outcome, status):
        event = decode(await outcome(entry_record(recheck()), answer(PAGE, status=status)))
        assert isinstance(event, ArticleGone)
        assert (event.article_id, event.status, event.by) == (article_id_of(PAGE), status, None)

    async def test_an_entry_that_its_feed_took_away_is_gone_and_nothing_is_fetched(self, outcome, web):
        event = decode(await outcome(entry_record(recheck(deleted_at=START))))
        assert isinstance(event, ArticleGone)
        assert (event.article_id, event.by, web.asked) == (article_id_of(PAGE), "feed", [])

    async def test_a_second_look_says_which_article_it_was_meant_for(self, outcome):
        event = decode(await outcome(entry_record(recheck()), found()))
        assert event.recheck_of == article_id_of(PAGE)

    async def test_the_feeds_text_never_stands_in_for_a_known_articles_page(self, outcome):
        record = entry_record(recheck(content=FULL))
        assert decode(await outcome(record, Reject("robots", "disallowed"))).reason == "robots"

    async def test_a_first_look_is_not_taken_for_a_second_one(self, outcome):
        for status in (404, 410):
            assert decode(await outcome(entry_record(), answer(PAGE, status=status))).reason == f"http-{status}"


class TestPassingFailures:
    @pytest.mark.parametrize(
        ("failure", "reason"),
        [(answer(PAGE, status=status), f"http-{status}") for status in (408, 421, 425, 429, 500, 503)]
        + [(Retry("timeout", "no answer"), "timeout"), (Retry("dns", "no such host"), "dns")],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_the_record_climbs_rung_by_rung_and_then_is_a_dead_letter(self, outcome, clock, failure, reason):
        original = record = entry_record()
        for rung, delay in enumerate(RETRY_DELAYS):
            record = await outcome(record, failure)
            assert record.partition.topic == RETRIES[rung]
            assert record.header(ATTEMPT) == str(rung + 2)
            assert record.header(NOT_BEFORE) == (clock.now() + delay).isoformat()
            assert (record.key, record.value) == (original.key, original.value)
            await clock.advance(delay.total_seconds())
        letter = decode(await outcome(record, failure))
        assert (letter.reason, letter.attempts) == (reason, 4)
        assert (letter.first_failed_at, letter.failed_at) == (START, clock.now())
        assert replay_message(letter).value == original.value

    async def test_a_server_that_asks_for_more_time_gets_a_later_rung(self, outcome):
        record = await outcome(entry_record(), answer(PAGE, status=429, retry_after="300"))
        assert record.partition.topic == RETRIES[1]

    async def test_a_record_that_succeeds_on_a_rung_is_an_article_like_any_other(self, outcome):
        waiting = await outcome(entry_record(), answer(PAGE, status=500), found())
        late, straight = await outcome(waiting), await outcome(entry_record(), found())
        event = decode(late)
        assert (event.id, event.article) == (decode(straight).id, decode(straight).article)
        assert late.headers == (*straight.headers, (LATER, b"true"))

    async def test_an_article_says_that_it_waited_for_a_retry_or_a_replay_and_is_not_told_as_slow(self, outcome):
        letter = await outcome(entry_record(), answer(PAGE, status=404))
        again = await outcome(delivered(replay_message(decode(letter))), found())
        assert (again.partition.topic, is_later(again)) == (ARTICLES, True)
        assert not is_later(await outcome(entry_record()))

    async def test_a_feeds_full_text_stands_in_only_once_the_chances_are_used_up(self, outcome, clock):
        record = entry_record(entry(content=FULL))
        for rung in RETRIES:
            record = await outcome(record, answer(PAGE, status=503))
            assert record.partition.topic == rung
        event = decode(await outcome(record, answer(PAGE, status=503)))
        assert isinstance(event, ArticleExtracted)
        assert (event.article.text, event.article.extraction.body_from) == (FULL, "feed")
        assert event.article.extraction.flags == ("page-unavailable", "page-http-503")
        assert event.article.http is None


class TestLastingFailures:
    @pytest.mark.parametrize(
        ("failure", "reason"),
        [
            (answer(PAGE, status=403), "http-403"),
            (answer(PAGE, status=404), "http-404"),
            (answer(PAGE, status=304), "http-304"),
            (Reject("robots", "disallowed"), "robots"),
            (Reject("blocked-address", "loopback"), "blocked-address"),
            (found(url="https://n.example/"), "redirected-away"),
            (found(url="https://consent.n.example/?to=pier"), "redirected-away"),
            (answer(PAGE, b"%PDF-1.7 ...", content_type="application/pdf"), "not-html"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_it_is_a_dead_letter_at_once_or_the_feeds_full_text(self, outcome, failure, reason):
        letter = decode(await outcome(entry_record(), failure))
        assert (letter.stage, letter.reason, letter.attempts, letter.url) == ("extract", reason, 1, PAGE)
        assert letter.entry_id == entry().id
        event = decode(await outcome(entry_record(entry("other", content=FULL)), failure))
        assert event.article.extraction.flags == ("page-unavailable", f"page-{reason}")

    @pytest.mark.parametrize("value", [b"", b"\xff\x00", b"{}", b'{"id": 1}'])
    async def test_a_record_that_is_no_entry_is_a_dead_letter_with_its_own_bytes(self, outcome, value):
        record = Record(Partition(ENTRIES, 1), 9, None, value, (("x-from", b"\xe9"),))
        letter = decode(await outcome(record))
        assert letter.reason == "invalid-record"
        sent = replay_message(letter)
        assert (sent.topic, sent.value, sent.headers[0]) == (ENTRIES, value, ("x-from", b"\xe9"))

    async def test_a_page_whose_address_no_json_can_carry_is_a_dead_letter_and_not_the_end_of_the_stage(
        self, outcome, stage, web
    ):
        """JSON-LD may hold half a surrogate pair; whatever field it ends up in, it stops nobody else."""
        data = '{"@type": "NewsArticle", "image": "https://n.example/\\ud800.png", "headline": "a \\ud800 b"}'
        body = page(head=f'<script type="application/ld+json">{data}</script>')
        record = await outcome(entry_record(), found(body))
        assert record.partition.topic in {ARTICLES, DEAD}
        json.loads(record.value)

    async def test_an_article_so_large_that_its_change_might_not_fit_the_log_is_a_dead_letter(self, bus, web, clock):
        class Verbose(Inline):
            async def run(self, *arguments, deadline_s):
                return replace(await super().run(*arguments, deadline_s=deadline_s), text="x" * MAX_EVENT_BYTES)

        web.serve(PAGE, found())
        await Extract(bus, web, Verbose(), clock, EXTRACT_RULES).handle(entry_record())
        assert [letter.reason for letter in await events_on(bus, DEAD)] == ["too-large"]

    async def test_an_article_too_large_for_the_log_is_a_dead_letter(self, outcome, bus):
        publish = bus.publish

        async def small(messages):
            if any(message.topic == ARTICLES for message in messages):
                raise Reject("too-large", "a value of 11,000,000 bytes")
            await publish(messages)

        bus.publish = small
        assert decode(await outcome(entry_record(), found())).reason == "too-large"


class TestMistakesOfOurs:
    async def test_an_unexpected_error_is_a_dead_letter_and_too_many_in_a_row_stop_the_stage(self, outcome, stage, web):
        broken = ValueError("nobody thought of that")
        for number in range(EXTRACT_RULES.dead_letter_limit - 1):
            letter = decode(await outcome(entry_record(entry(f"e{number}"), number), broken))
            assert (letter.reason, letter.error, letter.message) == ("unexpected", "ValueError", str(broken))
        with pytest.raises(Stop, match="3 records in a row"):
            await stage.handle(entry_record(entry("last"), EXTRACT_RULES.dead_letter_limit))

    async def test_what_publishers_do_to_us_never_stops_the_stage(self, outcome):
        for number in range(EXTRACT_RULES.dead_letter_limit * 2):
            record = await outcome(entry_record(entry(f"e{number}")), answer(PAGE, status=404))
            assert record.partition.topic == DEAD

    @pytest.mark.parametrize("between", [found(), answer(PAGE, status=404)], ids=["article", "reject"])
    async def test_whatever_goes_through_in_between_starts_the_count_anew(self, outcome, between):
        for number in range(EXTRACT_RULES.dead_letter_limit * 2):
            await outcome(entry_record(entry(f"bad{number}"), 2 * number), ValueError("bug"))
            await outcome(entry_record(entry(f"good{number}"), 2 * number + 1), between)


class TestTheBrokerIsAway:
    @pytest.mark.parametrize("answered", [found(), answer(PAGE, status=503), answer(PAGE, status=404)])
    async def test_what_was_fetched_waits_and_is_not_fetched_again(self, stage, outcome, bus, web, clock, answered):
        bus.away = 2
        web.serve(PAGE, answered)
        waiting = entry_record()
        for _ in range(2):
            with pytest.raises(Wait):
                await stage.handle(waiting)
            await clock.advance(60)
        record = await outcome(waiting)
        assert len(web.asked) == 1
        assert entry_id_of(record) == entry().id

    async def test_nor_is_the_page_whose_article_was_too_large_for_the_log(self, stage, bus, web):
        publish = bus.publish

        async def small(messages):
            if any(message.topic == ARTICLES for message in messages):
                raise Reject("too-large", "a value of 11,000,000 bytes")
            await publish(messages)

        bus.publish, bus.away = small, 1
        web.serve(PAGE, found())
        waiting = entry_record()
        with pytest.raises(Wait):
            await stage.handle(waiting)
        await stage.handle(waiting)
        assert [letter.reason for letter in await events_on(bus, DEAD)] == ["too-large"]
        assert len(web.asked) == 1

    async def test_records_that_wait_are_not_taken_for_each_other(self, stage, bus, web):
        one, two = entry_record(entry("1"), 1), entry_record(entry("2"), 2)
        web.serve(PAGE, found())
        bus.away = 2
        for record in (one, two):
            with pytest.raises(Wait):
                await stage.handle(record)
        for record in (two, one):
            await stage.handle(record)
        assert [event.entry_id for event in await events_on(bus, ARTICLES)] == [entry("2").id, entry("1").id]

    async def test_a_record_that_is_delivered_anew_after_it_went_through_is_fetched_anew(
        self, outcome, stage, bus, web
    ):
        web.serve(PAGE, found())
        bus.away = 1
        waiting = entry_record()
        with pytest.raises(Wait):
            await stage.handle(waiting)
        await stage.handle(waiting)
        await stage.handle(waiting)
        assert len(web.asked) == 2

    async def test_what_was_fetched_goes_with_the_record_that_its_consumer_gave_up(self, stage, bus, web):
        """Another consumer has its partition; kept for ever it would fill the memory, outage by outage."""
        web.serve(PAGE, found())
        bus.away = 1
        with pytest.raises(Wait):
            await stage.handle(entry_record())
        await stage.handle(entry_record())
        assert len(web.asked) == 2

    async def test_a_mistake_of_ours_counts_once_however_often_its_dead_letter_is_published(self, stage, bus, web):
        web.serve(PAGE, ValueError("bug"))
        bus.away = EXTRACT_RULES.dead_letter_limit
        record = entry_record()
        for _ in range(EXTRACT_RULES.dead_letter_limit):
            with pytest.raises(Wait):
                await stage.handle(record)
        await stage.handle(record)
        assert [letter.reason for letter in await events_on(bus, DEAD)] == ["unexpected"]


async def test_the_last_rung_is_reached_with_fewer_delays_too(bus, web, workers, clock):
    stage = Extract(bus, web, workers, clock, replace(EXTRACT_RULES, retry_delays=(timedelta(seconds=1),)))
    web.serve(PAGE, answer(PAGE, status=500))
    await stage.handle(entry_record())
    (waiting,) = await on(bus, RETRIES[0])
    await stage.handle(waiting)
    assert [letter.reason for letter in await events_on(bus, DEAD)] == ["http-500"]
