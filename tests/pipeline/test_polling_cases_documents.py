"""What an answer leaves behind: cases 1 to 8, 16 and 17 of the polling checklist, over real HTTP."""

import gzip
from dataclasses import replace

import pytest

from newswire.errors import Wait
from newswire.events import NO_VALIDATORS, PageValidators
from newswire.parsing.jobs import parse_feed
from support.fakes import FakeClock
from support.httpserver import reply
from support.polling import HOUR, RULES, feed_reply, item, link, sent
from support.polling import poller as new_poller
from support.web import atom

OLD, NEW = "Thu, 01 Jan 2026 00:00:00 GMT", "Fri, 02 Jan 2026 00:00:00 GMT"
ONE, TWO, THREE = item(1), item(2), item(3)


@pytest.fixture
async def url(poller, server):
    """The address of the one feed."""
    address = server.url("/feed")
    await poller.add(address)
    return address


def conditions(server):
    """What each request asked by."""
    return [(headers.get("if-none-match"), headers.get("if-modified-since")) for headers in sent(server)]


@pytest.mark.parametrize("etag", ['W/"a-gzip"', '"5f-61-gzip"', '"a"', "unquoted", 'W/"say \\"it\\""'])
async def test_case_01_validators_are_echoed_byte_for_byte(poller, server, url, etag):
    server.routes["/feed"] = feed_reply(atom(ONE), etag=etag, last_modified=OLD)
    for _ in range(2):
        await poller.poll()
    assert conditions(server) == [(None, None), (etag, OLD)]


async def test_case_02_a_304_without_an_etag_keeps_the_stored_one(poller, server, url):
    server.routes["/feed"] = [feed_reply(atom(ONE), etag='"1"', last_modified=OLD), reply(304)]
    for _ in range(3):
        await poller.poll()
    assert conditions(server)[1:] == [('"1"', OLD)] * 2


async def test_case_02_a_304_renews_validators_and_the_schedule(poller, server, url):
    renewed = reply(304, etag='"2"', last_modified=NEW, cache_control="max-age=7200")
    server.routes["/feed"] = [feed_reply(atom(ONE), etag='"1"', last_modified=OLD), renewed]
    await poller.poll()
    state = await poller.poll(after=HOUR)
    assert (state.last_outcome, state.validators) == ("not-modified", PageValidators(etag='"2"', last_modified=NEW))
    assert state.next_poll_at >= poller.clock.now() + 2 * HOUR
    await poller.poll()
    assert conditions(server)[-1] == ('"2"', NEW)


async def test_case_02_a_304_that_says_nothing_of_freshness_leaves_what_the_200_said(poller, server, url):
    """RFC 9111 §4.3.4: the stored response's header fields are replaced by those of the 304, where it has them."""
    first = feed_reply(atom(ONE), etag='"1"', cache_control="max-age=10800")
    server.routes["/feed"] = [first, reply(304), reply(304, cache_control="max-age=0")]
    await poller.poll()
    state = await poller.poll(after=HOUR)
    assert state.next_poll_at >= poller.clock.now() + 3 * HOUR
    state = await poller.poll(after=HOUR)
    assert state.next_poll_at < poller.clock.now() + 3 * HOUR


async def test_case_03_a_200_without_validators_clears_both(poller, server, url):
    server.routes["/feed"] = [feed_reply(atom(ONE), etag='"1"', last_modified=OLD), feed_reply(atom(TWO, ONE))]
    for _ in range(3):
        await poller.poll()
    assert conditions(server) == [(None, None), ('"1"', OLD), (None, None)]


async def test_case_03_a_200_with_the_same_body_and_no_validators_clears_both_too(poller, server, url):
    server.routes["/feed"] = [feed_reply(atom(ONE), etag='"1"', last_modified=OLD), feed_reply(atom(ONE))]
    for _ in range(3):
        await poller.poll()
    assert conditions(server)[-1] == (None, None)


async def test_case_04_an_equal_body_is_not_parsed_and_brings_nothing_however_it_is_compressed(poller, server, url):
    packed = [gzip.compress(atom(ONE).encode(), level) for level in (1, 9)]
    coded = [feed_reply(body, content_encoding="gzip") for body in packed]
    server.routes["/feed"] = [feed_reply(atom(ONE)), *coded]
    states = [await poller.poll(after=HOUR) for _ in range(3)]
    assert [state.last_outcome for state in states] == ["entries", "same-body", "same-body"]
    assert poller.workers.calls == [parse_feed]
    assert len(await poller.entries()) == 1
    assert states[2].next_poll_at > poller.clock.now()


async def test_case_04_a_body_that_differs_in_its_build_date_alone_brings_nothing(poller, server, url):
    bodies = [atom(ONE, TWO), atom(ONE, TWO).replace("<updated>2026-01-01T00:00:00Z", "<updated>2026-01-01T09:00:00Z")]
    assert bodies[0] != bodies[1]
    server.routes["/feed"] = [feed_reply(body) for body in bodies]
    await poller.poll()
    state = await poller.poll()
    assert state.last_outcome == "entries"
    assert len(poller.workers.calls) == 2
    assert len(await poller.entries()) == 2


async def test_case_05_a_changed_body_wins_over_an_unchanged_etag(poller, server, url):
    server.routes["/feed"] = [
        feed_reply(atom(*entries), etag='"1"', last_modified=OLD) for entries in ([ONE], [TWO, ONE])
    ]
    for _ in range(2):
        await poller.poll()
    assert await poller.urls() == [link(1), link(2)]


@pytest.mark.parametrize("broken", ["<rss><channel>", "no feed at all", "<!doctype html><title>Sorry</title>"])
async def test_case_06_a_document_that_cannot_be_parsed_leaves_no_validators(poller, server, url, broken):
    server.routes["/feed"] = [
        feed_reply(atom(ONE), etag='"1"', last_modified=OLD),
        feed_reply(broken, etag='"2"', last_modified=NEW),
        feed_reply(atom(TWO, ONE), etag='"2"', last_modified=NEW),
    ]
    for _ in range(3):
        await poller.poll()
    assert '"2"' not in {etag for etag, _ in conditions(server)}, "a 304 would have hidden what could not be read"
    assert await poller.urls() == [link(1), link(2)]


async def test_case_07_a_crash_between_fetching_and_publishing_leaves_no_validators(poller, server, url):
    server.routes["/feed"] = feed_reply(atom(ONE, TWO), etag='"1"')
    publish, poller.bus.publish = poller.bus.publish, _dies
    with pytest.raises(Wait):
        await poller.poll()
    assert (await poller.feed()).validators == NO_VALIDATORS
    poller.bus.publish = publish
    await poller.restart()
    await poller.poll()
    assert conditions(server) == [(None, None)] * 2
    assert await poller.urls() == [link(1), link(2)]


async def test_case_07_a_crash_between_publishing_and_saving_repeats_the_same_entries(poller, server, url):
    server.routes["/feed"] = feed_reply(atom(ONE, TWO), etag='"1"')
    save, poller.feeds.entries.save = poller.feeds.entries.save, _dies
    with pytest.raises(Wait):
        await poller.poll()
    poller.feeds.entries.save = save
    await poller.restart()
    await poller.poll()
    assert conditions(server) == [(None, None)] * 2
    published = [entry.id for entry in await poller.entries()]
    assert published[:2] == published[2:]


async def test_case_08_a_delta_is_asked_for_with_a_validator_only_and_takes_nothing_back(poller, server, url):
    delta = feed_reply(atom(THREE), 226, im="feed", etag='"2"')
    server.routes["/feed"] = [feed_reply(atom(ONE, TWO), etag='"1"'), delta, reply(304)]
    for _ in range(3):
        state = await poller.poll(after=HOUR)
    assert [headers.get("a-im") for headers in sent(server)] == [None, "feed", "feed"]
    assert await poller.urls() == [link(number) for number in (1, 2, 3)]
    assert state.validators.etag == '"2"'
    assert await poller.kinds() == [], "what a delta leaves out is no gap"
    balance = await poller.ledger.balance()
    assert (balance.found, balance.pending) == (3, 3)


async def test_case_08_a_226_that_nobody_asked_for_is_read_as_a_200(poller, server, url):
    server.routes["/feed"] = [feed_reply(atom(ONE, TWO), 226, last_modified=OLD)]
    states = [await poller.poll() for _ in range(2)]
    assert [state.last_outcome for state in states] == ["entries", "same-body"]
    assert "a-im" not in sent(server)[1], "without an ETag there is nothing to take a difference to"
    assert await poller.urls() == [link(1), link(2)]


def cut(document):
    """Ends within its second entry."""
    return document[: document.index("<entry>", document.index("</entry>")) + 20]


WHOLE = atom(ONE, TWO)
ODD = {
    "empty": b"",
    "white space": b" \r\n ",
    "cut off": cut(WHOLE).encode(),
    "mislabelled charset": WHOLE.replace("A title", "Ärger").encode("latin-1"),
    "byte order mark": b"\xef\xbb\xbf" + WHOLE.encode(),
    "utf-16": WHOLE.encode("utf-16"),
    "leading white space": b"\n\n  " + WHOLE.encode(),
    "gzip unannounced": gzip.compress(WHOLE.encode()),
    "no entries": atom().encode(),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_case_16_an_odd_document_takes_nothing_back_and_hides_nothing(poller, server, url, odd):
    server.routes["/feed"] = [
        feed_reply(WHOLE, etag='"1"'),
        feed_reply(odd, etag='"odd"', charset="utf-8"),
        feed_reply(atom(ONE, TWO, THREE), etag='"2"'),
    ]
    for _ in range(3):
        await poller.poll(after=HOUR)
    assert await poller.urls() == [link(number) for number in (1, 2, 3)]
    balance = await poller.ledger.balance()
    assert (balance.found, balance.pending) == (3, 3)


@pytest.mark.parametrize("name", ["empty", "white space", "cut off"])
async def test_case_16_what_is_not_whole_leaves_no_validators_and_no_hash(poller, server, url, name):
    server.routes["/feed"] = [feed_reply(ODD[name], etag='"odd"'), feed_reply(WHOLE, etag='"odd"')]
    state = await poller.poll()
    assert (state.validators, state.body_hash) == (NO_VALIDATORS, None)
    await poller.poll()
    assert conditions(server) == [(None, None)] * 2
    assert sorted(await poller.urls()) == [link(1), link(2)]


@pytest.mark.parametrize("stale", [{"expires": "0"}, {"expires": "-1"}, {"cache_control": "max-age=0, no-cache"}])
async def test_case_17_an_answer_that_is_stale_at_once_keeps_its_validators(poller, server, url, stale):
    server.routes["/feed"] = [feed_reply(atom(ONE), etag='"1"', last_modified=OLD, **stale), reply(304)]
    state = await poller.poll()
    assert not state.memory.hints.fresh_s, "freshness is no reason to wait"
    await poller.poll()
    assert conditions(server)[1] == ('"1"', OLD)


async def _dies(*_):
    raise Wait("the process dies here")


async def test_a_document_of_more_entries_than_are_taken_at_once_is_read_again_until_all_are_found(
    sqlite_database, server
):
    most, url = 50, server.url("/feed")
    count = most * 2 + 1
    rows = "".join(f"<item><guid>{n}</guid><link>https://n.example/{n}</link></item>" for n in range(count))
    document = f"<rss version='2.0'><channel><title>Flood</title>{rows}</channel></rss>"
    server.routes["/feed"] = feed_reply(document, etag='"1"')
    async with new_poller(sqlite_database, FakeClock(auto=True), rules=replace(RULES, max_new=most)) as poller:
        await poller.add(url)
        for had in (most, most * 2):
            state = await poller.poll()
            assert len(await poller.entries()) == had
            assert (state.validators, state.body_hash) == (NO_VALIDATORS, None), "a 304 would hide the rest"
        state = await poller.poll()
        assert len({entry.entry_key for entry in await poller.entries()}) == count
    assert state.validators == PageValidators(etag='"1"')
