"""The console in a real browser, served by the real `newswire serve`."""

import asyncio
import re
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from newswire.adapters.database import Database
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.webhooks import DatabaseWebhooks
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.memory import FeedMemory
from newswire.domain.webhooks.webhook import DeliveryNote
from newswire.domain.wire.request_limit import RequestQuota
from newswire.events import article_id_of
from newswire.operations.api_keys import Chance, create_key
from newswire.serve.api.gate import GateRules
from support.browser import axe, chromium
from support.build import arrivals, extracted, feed, gone, letter, sighting, text_of
from support.console import console
from support.hostile_texts import ADDRESSES, PAYLOADS
from support.stores import poll_store
from support.webhooks import webhook

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
MINUTE = timedelta(minutes=1)
WIDE, NARROW = {"width": 1000, "height": 800}, {"width": 360, "height": 740}
TRAP = "window.hits = []; window.hit = (n) => window.hits.push(n);"
CHANCE = Chance(lambda letters: letters[0], lambda size: "x" * -(-size * 4 // 3))
WITH_KEYS = GateRules(with_keys=True, quota=RequestQuota(1000), origins=frozenset())
EDITED, COPIED, TAKEN = (f"https://example.org/{name}" for name in ("edited", "copied", "taken"))


class Desk:
    """A store that the console shows, and where the console is."""

    def __init__(self, database: Database, base: str) -> None:
        self.base = base
        self.database = database
        self.store = DatabaseArticles(database)

    async def record(self, *events, now=NOW) -> None:
        await self.store.record(arrivals(*events), decide, now)


async def fill(desk: Desk) -> None:
    feeds = [
        feed(
            "https://example.org/feed", title="Harbour Courier", last_polled_at=NOW, memory=FeedMemory(succeeded_at=NOW)
        ),
        feed("https://b.example/feed", last_polled_at=NOW, errors=4, last_outcome="timeout"),
    ]
    await poll_store(desk.database).feeds.add(feeds)
    await poll_store(desk.database).entries.book([sighting(name) for name in ("edited", "copy", "dead", "way")])
    for number in range(12):
        at = NOW + number * MINUTE
        await desk.record(
            extracted(f"https://example.org/{number}", f"Story {number}", text_of(f"s{number}"), at), now=at
        )
    text = "\n".join(text_of(part, 30) for part in "abcdef")
    edited = text.replace("c7 ", "seven ")
    await desk.record(extracted(EDITED, "Dredging", text, entry="edited"))
    await desk.record(extracted(EDITED, "Dredging put back", edited, NOW + MINUTE), now=NOW + MINUTE)
    await desk.record(extracted(COPIED, "The original", text_of("o")))
    await desk.record(extracted("https://b.example/copy", "The reprint", text_of("o"), entry="copy"))
    await desk.record(extracted(TAKEN, "Taken away", text_of("t")), gone(TAKEN, NOW + MINUTE))
    await desk.store.record_dead([letter("dead", "timeout"), letter(None, "robots")])
    epoch = (await DatabaseWire(desk.database).head()).epoch
    notes = [
        DeliveryNote(NOW + n * MINUTE, article_id_of(f"{n}"), "published", f"{epoch}.{n}", *answer)
        for n, answer in enumerate((("http-204", True), ("timeout", False)), start=1)
    ]
    failing = {"failing_since": NOW, "attempts": 3, "last_answer": "timeout", "last_attempt_at": NOW}
    await DatabaseWebhooks(desk.database).add(webhook("desk", epoch=epoch, recent=tuple(notes), **failing), 9)
    await DatabaseWebhooks(desk.database).add(webhook("archive", epoch="lost", disabled="cursor-lost"), 9)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('console') / 'newswire.db'}"
    async with served(url) as base:
        database = Database(url)
        desk = Desk(database, base)
        await fill(desk)
        yield desk
        await database.close()


@asynccontextmanager
async def served(url):
    """`newswire serve` on a free port; it makes the database."""
    command = [sys.executable, "-m", "newswire", "serve"]
    settings = {"NEWSWIRE_DATA_DIR": "/nowhere", "NEWSWIRE_STORE": url, "NEWSWIRE_SERVE__PORT": "0"}
    settings |= {"NEWSWIRE_LOG__FORMAT": "json", "NEWSWIRE_WEBHOOKS__SEND": "false"}
    process = await asyncio.create_subprocess_exec(
        *command, env=settings, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = b""
    try:
        async with asyncio.timeout(60):
            while not (found := re.search(rb'"serve.listening".*"port": ?(\d+)', said)):
                line = await process.stdout.readline()
                assert line, said.decode()
                said += line
        drain = asyncio.create_task(process.stdout.read())
        yield f"http://127.0.0.1:{int(found[1])}"
    finally:
        process.terminate()
        await process.wait()
    await drain


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser, desk):
    """A page that notes foreign requests, errors, breaches of the policy, and whether a planted script ran."""
    context = await browser.new_context(viewport=WIDE, base_url=desk.base)
    await context.add_init_script(TRAP)
    page = await context.new_page()
    page.troubles = []
    page.on("dialog", lambda dialog: page.troubles.append(f"dialog {dialog.message}"))
    page.on("pageerror", lambda error: page.troubles.append(f"error {error}"))
    page.on("console", lambda said: page.troubles.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(desk.base) else page.troubles.append(asked.url))
    yield page
    await context.close()


async def headlines(page: Page) -> list[str]:
    return await page.locator(".story h3 a").all_inner_texts()


async def test_the_wire_shows_reprints_below_their_original_and_marks_what_happened(page, desk):
    await page.goto("/")
    assert "The reprint" not in await headlines(page)
    story = page.locator(".story", has_text="The original")
    await expect(story.get_by_text("The reprint")).to_be_hidden()
    await story.get_by_text("1 reprint").click()
    await expect(story.get_by_role("link", name="The reprint")).to_be_visible()
    await expect(page.locator(".story", has_text="Dredging put back").locator(".mark")).to_have_text("revised")
    await expect(page.locator(".story", has_text="Taken away").locator(".mark")).to_have_text("withdrawn")
    assert page.troubles == []


async def test_a_filter_is_kept_in_the_address(page):
    await page.goto("/")
    await page.locator(".filters summary").click()
    await page.get_by_label("State").select_option("withdrawn")
    await page.get_by_role("button", name="Show").click()
    await page.wait_for_url(re.compile("kind=withdrawn"))
    assert await headlines(page) == ["Taken away"]
    await page.reload()
    assert await headlines(page) == ["Taken away"]


async def test_news_is_offered_by_a_button_and_nothing_moves_by_itself(page, desk):
    await page.clock.install()
    await page.goto("/")
    await page.evaluate("scrollTo(0, 400)")
    before = await page.locator(".story").nth(8).bounding_box(), await headlines(page)
    later = datetime.now(UTC)
    events = [extracted(f"https://example.org/late{n}", f"Late {n}", text_of(f"late{n}"), later) for n in range(2)]
    await desk.record(*events, now=later)
    button = page.locator("#news")
    async with page.expect_response(re.compile("/v1/changes")):
        await page.clock.run_for(4500)
    await expect(button).to_have_text("2 new")
    assert (await page.locator(".story").nth(8).bounding_box(), await headlines(page)) == before
    await button.click()
    await expect(page.locator(".story h3 a").first).to_have_text(re.compile("Late"))
    await expect(button).to_be_hidden()
    assert page.troubles == []


async def test_news_are_counted_on_after_the_server_was_away(page, desk):
    await page.clock.install()
    await page.goto("/")
    await page.route("**/v1/changes*", lambda route: route.abort())
    async with page.expect_event("requestfailed"):
        await page.clock.run_for(4500)
    later = datetime.now(UTC)
    await desk.record(extracted("https://example.org/meanwhile", "Meanwhile", text_of("meanwhile"), later), now=later)
    await page.unroute("**/v1/changes*")
    async with page.expect_response(re.compile("/v1/changes")):
        await page.clock.run_for(9000)
    await expect(page.locator("#news")).to_have_text("1 new")


async def test_a_revision_shows_the_words_that_changed(page):
    await page.goto(f"/articles/{article_id_of(EDITED)}")
    await page.get_by_role("link", name="what changed").click()
    await expect(page.locator(".text del")).to_have_text(re.compile("c7"))
    await expect(page.locator(".text ins")).to_have_text(re.compile("seven"))
    await expect(page.locator("h1 ins")).to_have_text(re.compile("put back"))
    await expect(page.locator(".text").get_by_text("a0 a1")).to_be_hidden()
    await page.get_by_text("unchanged paragraph").first.click()
    await expect(page.locator(".text").get_by_text("a0 a1")).to_be_visible()


async def test_a_reader_comes_to_an_article_by_keyboard_alone(page):
    await page.goto("/")
    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("Skip to the content")
    await expect(page.locator(":focus")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    titles = await headlines(page)
    await expect(page.locator(":focus")).to_have_text(titles[1])
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(titles[1])


async def test_a_letter_typed_into_a_field_goes_nowhere_else(page):
    await page.goto("/?source=example.org")
    await page.get_by_label("Source").press("j")
    await expect(page.get_by_label("Source")).to_be_focused()


async def test_a_dead_letter_is_inspected_and_retried(page, desk):
    await page.goto("/problems")
    await page.get_by_role("link", name="timeout").click()
    await page.locator(".letters a").first.click()
    await expect(page.locator("h1")).to_have_text("Dead letter: timeout")
    await page.get_by_role("button", name="Retry").click()
    await expect(page.get_by_role("status")).to_contain_text("1 sent again")
    await expect(page.get_by_role("link", name="timeout")).to_have_count(0)
    assert [line.letter.reason async for line in DatabaseLedger(desk.database).dead()] == ["robots"]
    assert page.troubles == []


async def test_a_feed_is_subscribed_to_by_keyboard(page, desk):
    await page.goto("/feeds")
    field = page.get_by_label("Address of the feed")
    await field.press_sequentially("https://harbour.example/feed.xml")
    await field.press("Enter")
    await expect(page.locator("h1")).to_have_text("harbour.example/feed.xml")
    assert "https://harbour.example/feed.xml" in {feed.url for feed in await poll_store(desk.database).feeds.all()}
    await poll_store(desk.database).feeds.remove("https://harbour.example/feed.xml")
    assert page.troubles == []


async def test_a_webhook_is_added_by_keyboard_and_its_secret_is_shown_once(page, desk):
    await page.goto("/webhooks")
    field = page.get_by_label("Address of the receiver")
    await field.press_sequentially("https://new.example.org/hook")
    await field.press("Tab")
    await page.keyboard.type("newsroom")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("newsroom")
    await expect(page.locator("code.secret")).to_have_text(re.compile("whsec_"))
    await page.goto("/webhooks")
    await page.get_by_role("link", name="newsroom").click()
    await expect(page.locator("code.secret")).to_have_count(0)
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("status")).to_contain_text("Nothing is sent")
    await page.get_by_text("Remove this webhook").click()
    await page.get_by_role("button", name="Remove for good").click()
    await expect(page.get_by_role("link", name="newsroom")).to_have_count(0)
    assert page.troubles == []


async def test_the_policy_stops_what_would_slip_through_the_escaping(page, desk):
    await page.goto("/")
    with pytest.raises(Exception, match="TrustedHTML"):
        await page.evaluate("document.body.innerHTML = '<b>x</b>'")
    await page.evaluate(
        """() => {
          const script = document.createElement("script");
          try { script.textContent = "hit(99)"; } catch { script.append("hit(99)"); }
          try { document.body.append(script); } catch {}
          const image = new Image(); image.src = "https://evil.example/x.png";
        }"""
    )
    assert await page.evaluate("window.hits") == []
    assert any("Content Security Policy" in trouble for trouble in page.troubles)


def said_by_a_villain(url, title, bad, address, text, at):
    """An article whose every field is hostile."""
    event = extracted(url, title, f"{bad}\n{text}\n{title}", at)
    more = {"url": address, "image": address, "canonical_link": address, "source": "bad.example"}
    more |= dict.fromkeys(("site_name", "description"), bad) | dict.fromkeys(
        ("authors", "sections", "tags"), (bad, bad)
    )
    return event.model_copy(update={"article": event.article.model_copy(update=more)})


async def test_hostile_text_runs_nothing_in_any_view(page, desk):
    # Every field of ten articles has several payloads, and each of these articles another hostile address.
    hostile = ["\n".join(PAYLOADS[number :: len(ADDRESSES)]) for number in range(len(ADDRESSES))]
    at = NOW - timedelta(days=30)
    names = [f"bad{number}" for number in range(len(hostile))]
    urls = [f"https://bad.example/{number}" for number in range(len(hostile))]
    for bad, name, url, address in zip(hostile, names, urls, ADDRESSES, strict=True):
        for title, moment in ((bad, at), (bad * 2, at + MINUTE)):
            await desk.record(said_by_a_villain(url, title, bad, address, text_of(name), moment), now=moment)
    pages = [f"/articles/{article_id_of(url)}?compare=1..2" for url in urls]
    clean = [bad.replace("\x00", "") for bad in hostile]  # no store takes it
    entries = [sighting(name, bad, at, title=bad) for name, bad in zip(names, clean, strict=True)]
    await poll_store(desk.database).entries.book(entries)
    feeds = [
        feed(f"https://bad.example/{n}", title=bad, last_polled_at=NOW, last_outcome=bad) for n, bad in enumerate(clean)
    ]
    await poll_store(desk.database).feeds.add(feeds)
    letters = [
        letter(name, "hostile").model_copy(update={"message": bad, "url": bad, "key": bad, "error": bad})
        for name, bad in zip(names, clean, strict=True)
    ]
    await desk.store.record_dead([*letters, letter("x", clean[2][:200])])
    lists = ["/?source=bad.example&duplicates=all", "/feeds", f"/feeds/{feeds[1].id}", "/books"]
    lists += ["/books/entries?outcome=rejected", "/problems?reason=hostile", f"/problems/{letters[2].id}"]
    explained = [
        f"/explain?url={'%3Cscript%3Ehit(60)%3C/script%3E'}",
        "/login?next=%22%3E%3Cscript%3Ehit(61)%3C/script%3E",
    ]
    for path in (*lists, *explained, *pages):
        answer = await page.goto(path, wait_until="domcontentloaded")
        assert answer.status == 200, path
        found = await page.evaluate("({hits, protocols: [...document.links].map((link) => link.protocol)})")
        assert found["hits"] == [], path
        assert set(found["protocols"]) <= {"http:", "https:"}, path
    assert page.troubles == []


OVERLAPS = """() => [...document.querySelectorAll("td, dd, th, li time, .meta > *")]
  .filter((each) => each.checkVisibility() && getComputedStyle(each).overflow === "visible")
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
  .map((each) => each.outerHTML)"""
"""Cells whose content is wider than they are, and so lies over what is beside them."""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SHAPES = {
    "type": "rule",
    "values": ["target-size", "scrollable-region-focusable", "color-contrast"],
}


async def findings(page: Page, rules: dict[str, object]) -> list[str]:
    found = await page.evaluate(
        "async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations", rules
    )
    return [f"{each['id']} {node['target']} {node.get('failureSummary')}" for each in found for node in each["nodes"]]


VIEWS = [
    "/",
    f"/articles/{article_id_of(EDITED)}?compare=1..2",
    "/search?q=story&sort=relevance&source=example.org",
    "/search?q=(story",
    "/feeds",
    "/books",
    "/books/entries?outcome=published",
    "/problems?reason=robots",
    f"/explain?url={EDITED}",
    "/webhooks",
    f"/webhooks/{webhook('desk').id}",
    "/login",
]


async def test_every_view_is_accessible_in_light_dark_and_narrow(page, desk):
    script = axe()
    for path in VIEWS:
        await page.goto(path)
        await page.evaluate(script)
        for scheme, size, rules in (("light", WIDE, RULES), ("dark", WIDE, COLOURS), ("light", NARROW, SHAPES)):
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size(size)
            assert await findings(page, rules) == [], f"{path} {scheme} {size['width']}"
        assert await page.evaluate(OVERLAPS) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], path


async def test_a_key_opens_the_console_until_the_log_out(browser, sqlite_tables_url):
    database = Database(sqlite_tables_url)
    made = await create_key(DatabaseApiKeys(database), CHANCE, NOW, name="ana", scopes=["read", "text"])
    async with console(database, rules=WITH_KEYS) as reader:
        context = await browser.new_context(base_url=reader.base)
        page = await context.new_page()
        await page.goto("/feeds?state=well")
        await page.get_by_label("Key").fill("nwk_wrong")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("alert")).to_contain_text("opens nothing")
        await page.get_by_label("Key").fill(made.text)
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url(re.compile(r"/feeds\?state=well"))
        assert await page.evaluate("document.cookie") == ""
        assert await page.evaluate("fetch('/v1/articles').then((answer) => answer.status)") == 200
        await page.get_by_role("button", name="Log out").click()
        await page.goto("/")
        await expect(page.locator("h1")).to_have_text("Log in")
        await context.close()
    await database.close()


async def test_every_target_is_at_least_24_pixels_high_or_a_link_in_a_line_of_text(page):
    small = """() => [...document.querySelectorAll("a, button, input, select, summary")]
      .filter((each) => each.checkVisibility() && !each.classList.contains("skip"))
      .filter((each) => getComputedStyle(each).display !== "inline" && each.getBoundingClientRect().height < 24)
      .map((each) => each.outerHTML)"""
    for path in VIEWS:
        await page.goto(path)
        assert await page.evaluate(small) == [], path
