import asyncio
import base64
import gzip
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from protego import Protego

from newswire.adapters.http.robots import ASK_AGAIN_AFTER, FRESH_FOR, RobotsCache
from newswire.domain.urls.syntax import parse
from newswire.errors import Reject, Retry
from newswire.parsing.sites.robots import MAX_BYTES, MAX_RULES, _rules_for, _text, read_robots
from newswire.ports import Response
from support.fakes import FakeClock, turns

CORPUS = Path(os.environ.get("NEWSWIRE_CORPUS", Path(__file__).parents[4].parent / "shared" / "corpus"))
PAGE = parse("https://a.test/news/1")


class Site:
    """Answers for robots.txt: a body, a status, an error, or a function of none of them."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def __call__(self, url):
        self.asked.append(url)
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, int):
            return Response(url, self.answer)
        return Response(url, 200, body=self.answer)


def robots(site, clock=None, **more):
    return RobotsCache(site, agent="newswire", clock=clock or FakeClock(), delay_cap_s=30, **more)


async def allowed(body, path, agent="newswire"):
    asked = RobotsCache(Site(body), agent=agent, clock=FakeClock(), delay_cap_s=30)
    return (await asked.ask(parse(f"https://a.test{path}"))).allowed


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        (b"", "/x", True),
        (b"User-agent: *\nDisallow: /", "/x", False),
        (b"User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        (b"User-agent: *\nAllow: /a\nDisallow: /ab", "/abc", False),
        (b"User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        (b"User-agent: other\nDisallow: /", "/x", True),
        (b"User-agent: *\nAllow: /\n\nUser-agent: NewsWire\nDisallow: /", "/x", False),
        (b"User-agent: newswire\nDisallow: /a\n\nUser-agent: newswire\nDisallow: /b", "/b", False),
        (b"User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        (b"User-agent: *\nDisallow: /*.pdf$", "/x.pdf?a", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "/x", False),
        ("\ufeffUser-agent: *\nDisallow: /".encode("utf-16-be"), "/x", False),
        (b"User-agent: *\r\nDisallow: /\r\n", "/x", False),
        (b"User-agent: *\nDisallow: /", "/robots.txt", True),
        (b"<html><body>User-agent: *", "/x", True),
        (b"\x00\xff\xfe\x01", "/x", True),
    ],
)
async def test_rules_are_read_as_rfc_9309_says(rules, path, expected):
    assert await allowed(rules, path) is expected


async def test_what_lies_beyond_512_kib_is_not_read():
    padding = b"#" * (MAX_BYTES - 20) + b"\n"
    assert await allowed(padding + b"User-agent: *\nDisallow: /", "/x") is True
    assert await allowed(b"User-agent: *\nDisallow: /\n" + padding, "/x") is False


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 451])
async def test_a_robots_txt_that_is_not_there_allows_everything(status):
    site = Site(status)
    asked = robots(site)
    assert (await asked.ask(PAGE)).allowed
    assert (await asked.ask(PAGE)).allowed
    assert len(site.asked) == 1


async def test_too_many_redirects_allow_everything():
    assert (await robots(Site(Reject("redirect-loop", "…"))).ask(PAGE)).allowed


@pytest.mark.parametrize(
    "answer", [500, 503, 429, Retry("timeout", "…"), Retry("dns", "…"), Reject("bad-encoding", "…")]
)
async def test_an_unreachable_robots_txt_is_a_retry_and_is_left_alone_for_a_while(answer):
    clock = FakeClock()
    site = Site(answer)
    asked = robots(site, clock)
    for _ in range(3):
        with pytest.raises(Retry) as caught:
            await asked.ask(PAGE)
        assert caught.value.reason == "robots-unreachable"
        assert caught.value.retry_after_s == ASK_AGAIN_AFTER.total_seconds()
    assert len(site.asked) == 1
    clock._now += ASK_AGAIN_AFTER
    site.answer = b"User-agent: *\nDisallow: /x"
    assert (await asked.ask(PAGE)).allowed


async def test_a_blocked_address_and_a_held_host_are_told_as_they_are():
    for error in (Reject("blocked-address", "…"), Retry("host-held", "…", retry_after_s=9)):
        with pytest.raises(type(error)) as caught:
            await robots(Site(error)).ask(PAGE)
        assert caught.value is error


async def test_rules_are_asked_for_once_a_day_and_origin():
    clock = FakeClock()
    site = Site(b"User-agent: *\nDisallow: /x")
    asked = robots(site, clock)
    await asked.ask(PAGE)
    clock._now += FRESH_FOR - timedelta(seconds=1)
    await asked.ask(PAGE)
    assert site.asked == ["https://a.test/robots.txt"]
    clock._now += timedelta(seconds=1)
    await asked.ask(PAGE)
    await asked.ask(parse("http://a.test/"))
    await asked.ask(parse("https://a.test:8443/"))
    assert site.asked[1:] == ["https://a.test/robots.txt", "http://a.test/robots.txt", "https://a.test:8443/robots.txt"]


async def test_old_rules_hold_on_while_new_ones_cannot_be_had():
    clock = FakeClock()
    site = Site(b"User-agent: *\nDisallow: /news")
    asked = robots(site, clock)
    await asked.ask(PAGE)
    clock._now += FRESH_FOR
    site.answer = 503
    assert not (await asked.ask(PAGE)).allowed
    clock._now += ASK_AGAIN_AFTER
    site.answer = 404
    assert (await asked.ask(PAGE)).allowed


async def test_however_many_ask_at_once_one_fetch_answers_them():
    site = Site(b"")
    asked = robots(site)
    rulings = await asyncio.gather(*(asked.ask(PAGE) for _ in range(20)))
    assert all(ruling.allowed for ruling in rulings)
    assert len(site.asked) == 1


async def test_the_fetch_goes_on_when_the_one_who_began_it_is_cancelled():
    site = Site(b"")
    asked = robots(site)
    first, second = (asyncio.create_task(asked.ask(PAGE)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).allowed
    assert len(site.asked) == 1


async def test_closing_ends_the_fetch():
    forever = asyncio.Event()

    async def fetch(url):
        await forever.wait()

    asked = robots(fetch)
    waiting = asyncio.create_task(asked.ask(PAGE))
    await turns()
    await asked.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize(
    ("rules", "delay_s"),
    [
        (b"User-agent: *\nCrawl-delay: 7.5", 7.5),
        (b"User-agent: *\nCrawl-delay: 86400", 30),
        (b"User-agent: *\nCrawl-delay: -1", None),
        (b"User-agent: *\nCrawl-delay: soon", None),
        (b"User-agent: *\nCrawl-delay: nan", None),
        (b"User-agent: other\nCrawl-delay: 5", None),
    ],
)
async def test_a_crawl_delay_is_honoured_up_to_the_cap(rules, delay_s):
    assert (await robots(Site(rules)).ask(PAGE)).delay_s == delay_s


async def test_what_is_remembered_is_bounded_in_number_and_bytes():
    asked = robots(Site(b"User-agent: *\nDisallow: /x\n"), max_origins=3)
    for number in range(10):
        await asked.ask(parse(f"https://{number}.test/"))
    assert list(asked._answers) == [f"https://{number}.test" for number in (7, 8, 9)]
    asked = robots(Site(b"User-agent: *\nDisallow: /x\n" * 50), max_total_bytes=1_500)
    for number in range(10):
        await asked.ask(parse(f"https://{number}.test/"))
    assert list(asked._answers) == [f"https://{number}.test" for number in (8, 9)]
    assert asked._total_bytes == sum(answer.size for answer in asked._answers.values())


async def test_a_hostile_file_of_many_agents_over_many_rules_stays_small():
    agents = "".join(f"User-agent: u{number}\n" for number in range(18_000))
    body = (agents + "User-agent: *\n" + "Disallow: /x\n" * 20_000).encode()
    rules = read_robots(body, "newswire")
    assert not rules.allow("https://a.test/x")
    assert rules.size < 20 * MAX_RULES


async def test_a_hostile_file_does_not_stop_the_event_loop_when_it_is_read_or_asked():
    body = b"User-agent: *\n" + b"".join(b"Disallow: /*%sb%d\n" % (b"a" * 80, number) for number in range(5_000))
    asked = robots(Site(body))
    turned = 0

    async def turn():
        nonlocal turned
        while True:
            turned += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    for _ in range(2):
        turned = 0
        assert (await asked.ask(parse("https://a.test/" + "a" * 7_900))).allowed
        assert turned > 20, "a call in the loop itself is over in three turns"
    turning.cancel()


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("User-agent: newswire", True),
        ("user-agent:NEWSWIRE/2.0", True),
        ("User agent: newswire", True),
        ("User-Agent newswire", True),
        ("User-agent: news", False),
        ("User-agent: newswirebot", False),
        ("User-agent: my-newswire", False),
    ],
)
async def test_a_group_is_ours_by_the_whole_product_token(line, ours):
    body = f"User-agent: *\nDisallow:\n\nUser-agent: other\n{line}\n\nSitemap: https://a.test/s\nDisallow: /".encode()
    assert await allowed(body, "/x") is not ours


@pytest.fixture(scope="module")
def real():
    if not (CORPUS / "robots-real").is_dir():
        pytest.skip("no robots corpus: set NEWSWIRE_CORPUS")
    with gzip.open(CORPUS / "robots-real" / "robots.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [base64.b64decode(json.loads(line)["body_b64"]) for line in lines]


def test_real_files_are_ruled_as_protego_rules_the_whole_of_them(real):
    paths = (
        "/",
        "/2024/05/an-article?page=2",
        "/search?q=a",
        "/feed/",
        "/wp-admin/",
        "/a/b.pdf",
        "/tag/x?utm_source=y",
    )
    for body in real:
        whole = Protego.parse(_text(body))
        rules = read_robots(body, "newswire")
        for path in paths:
            url = f"https://a.test{path}"
            assert rules.allow(url) == whole.can_fetch(url, "newswire"), body
        assert rules.delay_s == whole.crawl_delay("newswire"), body


def test_no_real_file_has_more_rules_than_are_read(real):
    assert max(len(_rules_for("newswire", _text(body))) for body in real) < MAX_RULES
