"""Which of a site's feeds are subscribed to, and who is asked for them."""

from collections.abc import Callable

import pytest

from newswire.cli.discovered import choice_line, nothing_taken
from newswire.domain.feeds.discovery import WELL_KNOWN, FeedChoice, Found, choose, is_about_comments
from newswire.errors import Reject, Retry, UsageError
from newswire.operations.discover import Discovery, DiscoveryRules
from newswire.ports import Request, Response
from support.growth import budget
from support.web import FakeWeb, answer
from support.workers import Inline

SITE = "https://news.example"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def found(name: str, **fields: object) -> Found:
    return Found(**{"url": f"{SITE}/{name}", "how": "announced", "format": "rss20", **fields})  # type: ignore[arg-type]  # the fields come by name, of several types


def taken(*given: Found, everything: bool = False) -> list[str]:
    return [
        choice.found.url.removeprefix(f"{SITE}/") for choice in choose(given, everything=everything) if choice.taken
    ]


def test_a_page_may_announce_very_many_feeds():
    with budget(10):
        assert len(taken(*(found(str(number)) for number in range(30_000)))) == 30_000


@pytest.mark.parametrize(
    ("url", "title", "comments"),
    [
        ("https://a.example/comments/feed/", None, True),
        ("https://a.example/feeds/12/comments/default", None, True),
        ("https://a.example/?feed=comments-rss2", None, True),
        ("https://a.example/feed", "The Post » Comments Feed", True),
        ("https://a.example/feed", "Die Post » Kommentar-Feed", True),
        ("https://a.example/feed", "La Poste » Flux des commentaires", True),
        ("https://a.example/feed", "Comentários sobre: A Ponte", True),
        ("https://a.example/commentisfree/rss", "Comment is free", False),
        ("https://a.example/comment/rss", "Comment", False),
        ("https://a.example/meinung/kommentare.xml", "Kommentare und Leitartikel", False),
        ("https://commentsection.example/feed", "News", False),
    ],
)
def test_comments_are_told_from_opinion(url: str, title: str | None, comments: bool) -> None:  # noqa: FBT001  # a row
    assert is_about_comments(url, title) is comments


def test_feeds_are_taken_before_news_sitemaps_and_those_before_comments() -> None:
    comments = found("comments/feed")
    news = found("news.xml", how="robots", format="news-sitemap")
    feed = found("feed")
    assert taken(comments, news, feed) == ["feed"]
    assert taken(comments, news) == ["news.xml"]
    assert taken(comments) == ["comments/feed"]
    assert taken(comments, news, feed, everything=True) == ["comments/feed", "news.xml", "feed"]


def test_what_was_named_is_taken_whatever_it_is() -> None:
    for form in ("rss20", "sitemap", "sitemap-index", "news-sitemap"):
        assert taken(found("comments/x", how="named", format=form)) == ["comments/x"]


def test_a_sitemap_of_all_pages_is_taken_only_by_name() -> None:
    pages = found("pages.xml", how="robots", format="sitemap")
    index = found("sitemap.xml", how="robots", format="sitemap-index")
    news = found("google-news.xml", how="robots", format="sitemap-index")
    assert taken(pages, index, everything=True) == []
    assert taken(pages, index, news) == ["google-news.xml"]


ENTRIES = frozenset(f"{SITE}/{n}" for n in range(3))


def test_a_feeds_twin_in_another_format_is_left_out() -> None:
    rss, atom = found("rss", entries=ENTRIES), found("atom", entries=ENTRIES, format="atom10")
    assert taken(rss, atom) == taken(rss, atom, everything=True) == ["rss"]
    assert taken(atom, rss) == ["atom"]
    assert taken(rss, found("sport", entries=ENTRIES)) == ["rss", "sport"], "two sections may agree for a day"
    assert taken(rss, found("feed", entries=ENTRIES, how="well-known")) == ["rss"]
    few = frozenset(list(ENTRIES)[:2])
    assert taken(found("rss", entries=few), found("atom", entries=few, format="atom10")) == ["rss", "atom"]


def test_a_feed_that_is_away_is_taken_at_the_pages_word_and_a_broken_one_is_not() -> None:
    away = found("away", format=None, problem="it answers 503", passing=True)
    broken = found("broken", format=None, problem="it answers 404")
    guess = found("feed", format=None, problem="it answers 503", passing=True, how="well-known")
    assert taken(away, broken, guess) == ["away"]
    assert choose([broken]) == (FeedChoice(broken, taken=False, why="it answers 404"),)


class Site(FakeWeb):
    """Answers 404 where it has nothing."""

    async def get(self, request: Request) -> Response:
        if request.url not in self._scripts:
            self.serve(request.url, answer(request.url, "nothing here", 404))
        return await super().get(request)

    def page(self, *feeds: str) -> None:
        links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in feeds)
        self.serve(f"{SITE}/", answer(f"{SITE}/", f"<html><head>{links}</head></html>"))

    def feed(self, path: str, *names: str, **fields: object) -> None:
        items = "".join(f"<item><link>/{name}</link></item>" for name in names)
        self.serve(SITE + path, answer(SITE + path, f'<rss version="2.0"><channel>{items}</channel></rss>'))

    def sitemap(self, path: str, *rows: str, root: str = "urlset") -> None:
        self.serve(SITE + path, answer(SITE + path, f'<{root} xmlns="{SITEMAP}">{"".join(rows)}</{root}>'))

    def robots(self, *sitemaps: str) -> None:
        lines = "\n".join(["User-agent: *", *(f"Sitemap: {path}" for path in sitemaps)])
        self.serve(f"{SITE}/robots.txt", answer(f"{SITE}/robots.txt", lines))


NEWS_ROW = "<url><loc>/a</loc><news><title>A</title></news></url>"
CHILD = "<sitemap><loc>{}</loc></sitemap>"


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def looking(site: Site) -> Discovery:
    return Discovery(site, Inline(), DiscoveryRules(max_bytes=1000, obey_robots=True))


async def feeds(looking: Discovery, url: str = f"{SITE}/", *, everything: bool = False) -> list[str]:
    found = await looking.search(url, everything=everything)
    return [one.url.removeprefix(SITE) for one in found.taken]


async def test_a_feeds_own_address_is_enough(site: Site, looking: Discovery) -> None:
    site.feed("/x", "1", "2")
    found = await looking.search(f"{SITE}/x")
    assert site.asked == [f"{SITE}/x"]
    assert [choice_line(choice) for choice in found.choices] == [
        f"{SITE}/x  rss20, 2 entries  subscribed: it is what you named"
    ]


async def test_what_the_page_announces_is_taken_and_nobody_else_is_asked(site: Site, looking: Discovery) -> None:
    site.page("/news", "/comments/feed")
    site.feed("/news", "1")
    site.feed("/comments/feed", "2")
    assert await feeds(looking) == ["/news"]
    assert site.asked == [f"{SITE}/", f"{SITE}/news", f"{SITE}/comments/feed"]


async def test_of_many_announced_feeds_only_some_are_fetched(site: Site, looking: Discovery) -> None:
    paths = [f"/{n}" for n in range(30)]
    site.page(*paths)
    for path in paths:
        site.feed(path, path)
    assert await feeds(looking) == paths
    assert len(site.asked) == 1 + 10


async def test_a_page_without_feeds_sends_one_to_the_usual_places_until_there_is_one(
    site: Site, looking: Discovery
) -> None:
    site.page()
    site.feed("/rss.xml", "1")
    site.feed("/atom.xml", "2")
    assert await feeds(looking) == ["/rss.xml"]
    assert site.asked == [f"{SITE}{path}" for path in ("/", "/feed", "/rss", "/rss.xml")]
    assert [request.obey_robots for request in site.requests] == [False, True, True, True]


async def test_only_comments_announced_is_a_reason_to_look_further(site: Site, looking: Discovery) -> None:
    site.page("/comments/feed")
    site.feed("/comments/feed", "1")
    assert await feeds(looking) == ["/comments/feed"]
    site.feed("/feed", "2")
    assert await feeds(looking) == ["/feed"]


@pytest.mark.parametrize("trouble", [Retry("timeout", "no answer"), answer(SITE, status=429), answer(SITE, status=503)])
async def test_a_server_in_trouble_is_not_asked_for_every_place(
    site: Site, looking: Discovery, trouble: Exception | Response
) -> None:
    site.page()
    site.serve(f"{SITE}/rss", trouble)
    assert await feeds(looking) == []
    assert [url for url in site.asked if url.removeprefix(SITE) in WELL_KNOWN] == [f"{SITE}/feed", f"{SITE}/rss"]


async def test_a_news_sitemap_that_robots_names_is_taken_where_there_is_no_feed(site: Site, looking: Discovery) -> None:
    site.page()
    site.robots("/pages.xml", "/index.xml.gz")
    site.sitemap("/pages.xml", "<url><loc>/about</loc></url>")
    site.sitemap("/index.xml.gz", CHILD.format("/tags.xml"), CHILD.format("/maps/news-1.xml"), root="sitemapindex")
    site.sitemap("/maps/news-1.xml", NEWS_ROW)
    assert await feeds(looking) == ["/maps/news-1.xml"]
    assert f"{SITE}/tags.xml" not in site.asked


async def test_news_sitemaps_are_looked_at_first_and_not_too_many(site: Site, looking: Discovery) -> None:
    site.page()
    pages = [f"/pages-{n}.xml" for n in range(9)]
    site.robots(*pages, "/google-news.xml")
    for path in (*pages, "/google-news.xml"):
        site.sitemap(path, "<url><loc>/about</loc></url>")
    site.sitemap("/google-news.xml", NEWS_ROW)
    assert await feeds(looking) == ["/google-news.xml"]
    assert site.asked[-5:] == [f"{SITE}{path}" for path in ("/google-news.xml", *pages[:4])]


async def test_an_index_that_names_itself_ends(site: Site, looking: Discovery) -> None:
    site.page()
    site.robots("/all.xml")
    site.sitemap(
        "/all.xml", *[CHILD.format(f"/news{n}.xml") for n in range(9)], CHILD.format("/all.xml"), root="sitemapindex"
    )
    for number in range(9):
        site.sitemap(f"/news{number}.xml", CHILD.format("/all.xml"), root="sitemapindex")
    assert len(await feeds(looking)) == 4
    assert len(site.asked) == 1 + len(WELL_KNOWN) + 1 + 5


async def test_without_a_word_in_robots_sitemaps_are_looked_for_in_the_usual_places(
    site: Site, looking: Discovery
) -> None:
    site.page()
    site.sitemap("/sitemap-news.xml", NEWS_ROW)
    site.sitemap("/sitemap.xml", "<url><loc>/about</loc></url>")
    assert await feeds(looking) == ["/sitemap-news.xml"]
    assert f"{SITE}/sitemap.xml" not in site.asked


async def test_everything_means_all_places_and_each_feed_once(site: Site, looking: Discovery) -> None:
    site.page("/feed", "/comments/feed")
    names = ("1", "2", "3")
    for path in ("/feed", "/rss.xml", "/index.xml"):
        site.feed(path, *names)
    site.feed("/comments/feed", "7")
    site.feed("/feed.xml", "8")
    site.robots("/n.xml")
    site.sitemap("/n.xml", NEWS_ROW)
    assert await feeds(looking, everything=True) == ["/feed", "/comments/feed", "/feed.xml", "/n.xml"]


async def test_a_guess_that_moved_for_good_is_known_by_its_new_address(site: Site, looking: Discovery) -> None:
    site.page()
    target = f"{SITE}/feed/"
    body = b'<rss version="2.0"><channel/></rss>'
    for statuses, expected in (((301, 308), "/feed/"), ((301, 302), "/feed")):
        hops = tuple((status, target) for status in statuses)
        site.serve(f"{SITE}/feed", Response(target, 200, {}, body, redirects=hops))
        assert await feeds(looking) == [expected]


def refused(request: Request) -> Response:
    raise Reject("robots", "robots.txt disallows it")


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda site: None, "/feed, /rss, /rss.xml, /feed.xml"),
        (lambda site: site.serve(f"{SITE}/feed", refused), "its page links to none"),
        (lambda site: site.sitemap("/sitemap.xml", "<url><loc>/a</loc></url>"), "when you name it"),
    ],
)
async def test_where_there_is_nothing_it_is_said_what_to_do(
    site: Site, looking: Discovery, prepare: Callable[[Site], None], said: str
) -> None:
    site.page()
    prepare(site)
    found = await looking.search(f"{SITE}/")
    assert found.taken == ()
    assert said in nothing_taken(found)


async def test_an_address_that_refuses_is_a_mistake_of_the_person_who_named_it(site: Site, looking: Discovery) -> None:
    site.serve(f"{SITE}/", answer(SITE, status=403))
    with pytest.raises(UsageError, match="answered 403"):
        await looking.search(f"{SITE}/")
