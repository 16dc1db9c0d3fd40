"""A feed that a discovery fetched is not asked again by its first poll, and by no other request in its place."""

from dataclasses import replace

import pytest

from newswire.domain.feeds.credentials import Credentials, secret_header
from newswire.errors import Retry
from newswire.events import PageValidators, stable_id
from newswire.operations.handover import Handover
from newswire.ports import Request, Response
from support.fakes import FakeClock
from support.web import FakeWeb, answer

FEED, OTHER = "https://n.example/feed", "https://n.example/other"
ASKED = Request(FEED, max_bytes=1000, truncate=True, accept="application/xml")
POLLED = replace(ASKED, timeout_s=3, delta=True, feed_id=stable_id("feed", FEED))
SECRET = Credentials("https://n.example", (secret_header("x-key", "1"),))


@pytest.fixture
def web() -> FakeWeb:
    web = FakeWeb()
    web.serve(FEED, answer(FEED, "first"), answer(FEED, "second"))
    web.serve(OTHER, answer(OTHER, "other"))
    return web


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def handover(web: FakeWeb, clock: FakeClock) -> Handover:
    return Handover(web, clock)


async def test_the_first_poll_gets_the_document_that_was_fetched_and_the_second_asks(
    handover: Handover, web: FakeWeb
) -> None:
    await handover.get(ASKED)
    handover.end()
    assert (await handover.get(POLLED)).body == b"first"
    assert web.asked == [FEED]
    assert (await handover.get(POLLED)).body == b"second"
    assert web.asked == [FEED, FEED]


@pytest.mark.parametrize(
    "request_",
    [
        replace(POLLED, validators=PageValidators(etag='"1"')),
        replace(POLLED, credentials=SECRET),
        replace(POLLED, obey_robots=True),
        replace(POLLED, max_bytes=2000),
        replace(POLLED, accept="text/html"),
        replace(POLLED, truncate=False),
        replace(POLLED, url=OTHER),
    ],
    ids=["validators", "credentials", "robots", "size", "accept", "truncate", "address"],
)
async def test_a_request_for_something_else_is_asked(handover: Handover, web: FakeWeb, request_: Request) -> None:
    await handover.get(ASKED)
    handover.end()
    await handover.get(request_)
    assert web.asked == [FEED, request_.url]


async def test_a_failure_is_handed_over_like_a_document(handover: Handover, web: FakeWeb) -> None:
    web.serve(FEED, Retry("timeout", "no answer"), answer(FEED, "late"))
    with pytest.raises(Retry):
        await handover.get(ASKED)
    handover.end()
    with pytest.raises(Retry):
        await handover.get(POLLED)
    assert web.asked == [FEED]
    assert (await handover.get(POLLED)).body == b"late"


async def test_a_feed_that_moved_for_good_is_handed_over_at_its_new_address(handover: Handover, web: FakeWeb) -> None:
    web.serve(FEED, Response(OTHER, 200, {}, b"moved", redirects=((301, OTHER),)))
    await handover.get(ASKED)
    handover.end()
    given = await handover.get(replace(POLLED, url=OTHER))
    assert (given.body, given.redirects) == (b"moved", ())
    assert web.asked == [FEED]


async def test_while_feeds_are_looked_for_every_request_is_asked(handover: Handover, web: FakeWeb) -> None:
    assert [(await handover.get(ASKED)).body, (await handover.get(ASKED)).body] == [b"first", b"second"]


async def test_only_the_wanted_addresses_are_kept(handover: Handover, web: FakeWeb) -> None:
    await handover.get(ASKED)
    await handover.get(replace(ASKED, url=OTHER))
    handover.keep({OTHER})
    handover.end()
    assert (await handover.get(POLLED)).body == b"second"
    await handover.get(replace(POLLED, url=OTHER))
    assert web.asked == [FEED, OTHER, FEED]


async def test_an_old_document_is_not_handed_over(handover: Handover, web: FakeWeb, clock: FakeClock) -> None:
    await handover.get(ASKED)
    handover.end()
    await clock.advance(301)
    assert (await handover.get(POLLED)).body == b"second"


async def test_what_is_kept_has_a_limit_in_bytes(web: FakeWeb, clock: FakeClock) -> None:
    handover = Handover(web, clock, max_bytes=len(b"first") + 1)
    await handover.get(ASKED)
    await handover.get(replace(ASKED, url=OTHER))
    handover.end()
    assert (await handover.get(POLLED)).body == b"first"
    await handover.get(replace(POLLED, url=OTHER))
    assert web.asked == [FEED, OTHER, OTHER]
