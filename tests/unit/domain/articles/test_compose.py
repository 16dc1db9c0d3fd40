"""Which fact of an article comes from where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.articles.compose import Fetched, can_stand_in, from_feed, from_page
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.names import Name
from newswire.domain.articles.facts.page_claims import PageClaims, decide, feed_facts, with_feed
from newswire.domain.articles.facts.told import explained
from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.text.fingerprint import content_hash, text_hash, word_count
from newswire.domain.text.signature import text_part
from newswire.events import Basis, Dated, Http, Rights, article_id_of
from support.build import text_of
from support.line import FEED, PAGE, entry

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
DAY = datetime(2026, 3, 5, tzinfo=UTC)
TEXT = text_of("page", 60)
FULL = text_of("feed", 60)


def parsed(text=TEXT, **more) -> ParsedPage:
    said = {"title": "The page's title", "method": "trafilatura", "version": "2"}
    known = {"word_count": word_count(text), "content_hash": content_hash(text), "text_codes": text_part(text)}
    return ParsedPage(text=text, **(known | said | more))


def fetched(page=None, url=PAGE, **more) -> Fetched:
    return Fetched(page or parsed(), url, 200, NOW - timedelta(seconds=1), **more)


def dated(source, value=DAY, precision="second"):
    return Dated(value=value, source=source, precision=precision)


def composed(found=None, page=None, **more):
    return from_page(found or entry(), fetched(page), NOW, **more)


def test_facts_that_were_chosen_where_the_page_was_read_are_the_articles():
    found = entry(authors=("Nora Quill",), published=DAY)
    page = parsed(claims=PageClaims(titles=(Claim("The pier is open again", "h1", 0.85),)))
    claims = with_feed(page.claims, feed_facts(found))
    assert composed(found, replace(page, claims=claims, facts=decide(claims, NOW))) == composed(found, page)


class TestPublicationDate:
    NINE, TEN = DAY.replace(hour=9), DAY.replace(hour=10)

    @pytest.mark.parametrize("source", ["json-ld", "meta"])
    def test_the_pages_markup_wins_over_the_feed(self, source):
        article = composed(entry(published=self.NINE), parsed(published=dated(source, self.TEN)))
        assert article.published == dated(source, self.TEN)

    @pytest.mark.parametrize("source", ["url", "text"])
    def test_the_feed_wins_over_what_the_pages_address_or_text_suggests(self, source):
        article = composed(entry(published=self.NINE), parsed(published=dated(source, DAY, "day")))
        assert article.published == dated("feed", self.NINE)

    def test_a_day_of_the_markup_is_given_to_the_second_by_a_feed_that_agrees(self):
        article = composed(entry(published=self.NINE), parsed(published=dated("json-ld", DAY, "day")))
        assert article.published == dated("feed", self.NINE)

    def test_a_day_of_the_markup_stands_against_a_feed_of_another_day(self):
        feed = DAY - timedelta(days=2)
        article = composed(entry(published=feed), parsed(published=dated("json-ld", DAY, "day")))
        assert article.published == dated("json-ld", DAY, "day")

    def test_a_day_of_the_feed_is_told_as_a_day(self):
        article = composed(entry(published=DAY, published_precision="day"))
        assert article.published == dated("feed", DAY, "day")
        changed = DAY + timedelta(days=3)
        article = composed(entry(published=DAY, modified=changed, modified_precision="day"))
        assert article.modified == dated("feed", changed, "day")

    def test_of_two_equal_days_the_markups_is_told(self):
        article = composed(entry(published=DAY, published_precision="day"), parsed(published=dated("meta", DAY, "day")))
        assert article.published == dated("meta", DAY, "day")

    def test_a_date_of_the_feed_that_is_in_doubt_is_flagged_where_the_page_has_none(self):
        doubtful = entry(published_raw="Mon, 23 Nov 2026 10:00:00 IST")
        article = composed(doubtful)
        assert (article.published, "unread-date" in article.extraction.flags) == (None, True)
        article = composed(doubtful, parsed(published=dated("meta")))
        assert (article.published, "unread-date" in article.extraction.flags) == (dated("meta"), False)

    @pytest.mark.parametrize("source", ["json-ld", "url", "text"])
    def test_without_a_feeds_date_the_pages_is_taken_whatever_it_is(self, source):
        assert composed(page=parsed(published=dated(source))).published == dated(source)

    def test_without_any_date_it_is_unknown_and_no_doubt_is_raised(self):
        article = composed()
        assert article.published is None
        assert "future-date" not in article.extraction.flags

    def test_a_date_from_the_future_is_dropped_for_the_next_best_and_flagged(self):
        future = NOW + timedelta(days=2)
        article = composed(entry(published=self.NINE), parsed(published=dated("json-ld", future)))
        assert article.published == dated("feed", self.NINE)
        assert "future-date" in article.extraction.flags

    def test_dates_that_are_all_in_the_future_leave_it_unknown(self):
        article = composed(entry(published=NOW + timedelta(days=2)))
        assert article.published is None
        assert "future-date" in article.extraction.flags

    def test_a_clock_that_is_some_hours_ahead_is_believed(self):
        soon = NOW + timedelta(hours=23)
        article = composed(entry(published=soon))
        assert article.published == dated("feed", soon)
        assert "future-date" not in article.extraction.flags


class TestModificationDate:
    @pytest.mark.parametrize(("hours", "kept"), [(1, True), (0, False), (-1, False)])
    def test_it_is_told_only_when_it_is_after_the_publication(self, hours, kept):
        modified = DAY + timedelta(hours=hours)
        page = parsed(published=dated("json-ld"), modified=dated("json-ld", modified))
        assert composed(page=page).modified == (dated("json-ld", modified) if kept else None)

    def test_the_pages_wins_over_the_feeds(self):
        page = parsed(modified=dated("meta", DAY + timedelta(hours=1)))
        assert composed(entry(modified=DAY), page).modified == page.modified
        assert composed(entry(modified=DAY)).modified == dated("feed")


class TestIdentity:
    def test_an_article_is_known_by_where_its_page_was_found_without_tracking(self):
        article = from_page(entry(), fetched(url="https://n.example/final?utm_source=rss"), NOW)
        assert article.url == article.canonical_url == "https://n.example/final"
        assert article.article_id == article_id_of("https://n.example/final")
        assert article.http is not None
        assert article.http.final_url == "https://n.example/final?utm_source=rss"

    def test_a_redirector_that_answers_itself_never_claims_the_article_it_names(self):
        notice = "https://www.google.com/url?q=https://n.example/story"
        article = from_page(entry(), fetched(parsed(canonical_link="https://n.example/other"), notice), NOW)
        assert article.url == article.canonical_url == notice

    def test_a_canonical_link_within_the_site_is_believed(self):
        page, link = "https://example.org/2026/pier", "https://www.example.org/story?utm_source=x"
        article = from_page(entry(url=page), fetched(parsed(canonical_link=link), page), NOW)
        assert (article.url, article.canonical_url) == (page, "https://www.example.org/story")
        assert article.article_id == article_id_of("https://www.example.org/story")

    @pytest.mark.parametrize(
        "link", ["https://other.example/story", "https://n.example.evil.example/story", "https://n.example/", "::"]
    )
    def test_a_link_to_elsewhere_is_kept_as_a_hint_but_never_believed(self, link):
        article = composed(page=parsed(canonical_link=link))
        assert (article.canonical_url, article.canonical_link) == (PAGE, link)
        assert (article.article_id, article.source) == (article_id_of(PAGE), "n.example")


class TestClaims:
    CUT = "Council passes the budget after a ten-hour sitting th..."
    WHOLE = "Council passes the budget after a ten-hour sitting that nearly ended without a vote"

    def test_the_feeds_title_has_a_vote(self):
        claims = PageClaims(titles=(Claim(self.CUT, "json-ld", 0.8), Claim(self.CUT, "og", 0.75)))
        article = composed(entry(title=self.WHOLE), parsed(title=self.CUT, claims=claims))
        assert article.title == self.WHOLE
        assert article.facts is not None
        assert article.facts.title is not None
        assert article.facts.title.source == "feed"

    def test_the_kind_of_each_author_is_told(self):
        names = (Name("Nora Quill", "person"), Name("AFP", "agency"))
        article = composed(page=parsed(claims=PageClaims(authors=(Claim(names, "json-ld", 0.9),))))
        assert (article.authors, article.author_kinds) == (("Nora Quill", "AFP"), ("person", "agency"))

    def test_dates_of_which_none_is_sure_are_kept_as_candidates(self):
        claims = PageClaims(published=(Claim(dated("text", precision="day"), "wide search", 0.3),))
        article = composed(page=parsed(claims=claims))
        assert article.published is None
        assert article.facts is not None
        assert article.facts.published_candidates == (dated("text", precision="day"),)
        assert article.facts.published is None

    def test_a_sure_date_has_no_candidates(self):
        article = composed(page=parsed(published=dated("json-ld")))
        assert article.facts is not None
        assert article.facts.published_candidates == ()
        assert article.facts.published == Basis(source="json-ld", confidence=0.93)

    def test_what_lost_is_explained(self):
        claims = PageClaims(titles=(Claim("Pier comes back", "json-ld", 0.8), Claim("Elsewhere", "title", 0.6)))
        assert explained(decide(claims))["title"] == {
            "chosen": {"value": "Pier comes back", "source": "json-ld", "confidence": 0.8},
            "lost": [{"value": "Elsewhere", "source": "title", "confidence": 0.6, "lost": "other claims weigh more"}],
        }


class TestBetterOfTwo:
    def test_the_pages_facts_win_and_the_feeds_stand_in(self):
        feed = {
            "summary": "feed summary",
            "authors": ("Fay Dee",),
            "image": "https://n.example/f.png",
            "language": "fr",
        }
        bare = composed(entry(**feed), parsed(title=None))
        assert (bare.title, bare.description, bare.authors) == ("A title", "feed summary", ("Fay Dee",))
        assert (bare.image, bare.language, bare.site_name) == (feed["image"], "fr", FEED.title)
        page = {
            "title": "Page",
            "description": "page summary",
            "authors": ("Page",),
            "image": "https://n.example/p.png",
            "language": "en",
            "site_name": "Page Gazette",
        }
        full = composed(entry(**feed), parsed(**page))
        assert {name: getattr(full, name) for name in page} == page

    def test_a_language_of_the_feed_has_no_confidence_of_the_pages(self):
        assert composed(entry(language="fr"), parsed(language_confidence=0.3)).language_confidence is None
        assert composed(page=parsed(language="en", language_confidence=0.9)).language_confidence == 0.9

    def test_tags_of_both_are_merged_the_pages_first_each_once_in_its_first_spelling(self):
        article = composed(entry(tags=("PIER", "storm", "Pier")), parsed(tags=("Pier", "Harbour")))
        assert article.tags == ("Pier", "Harbour", "storm")

    def test_no_page_can_give_an_article_endless_tags(self):
        assert len(composed(page=parsed(tags=tuple(map(str, range(1000))))).tags) == 50

    def test_no_title_anywhere_is_a_doubt_and_not_an_empty_title(self):
        article = composed(entry(title=None), parsed(title=None))
        assert article.title is None
        assert "no-title" in article.extraction.flags

    @pytest.mark.parametrize(("words", "flagged"), [(19, True), (20, False)])
    def test_a_text_too_short_to_compare_is_flagged(self, words, flagged):
        article = composed(page=parsed(text_of("w", words)))
        assert ("short-text" in article.extraction.flags) is flagged

    def test_hashes_are_of_the_text_that_is_published(self):
        article = composed()
        assert article.content_hash == content_hash(TEXT)
        assert article.text_hash == text_hash("The page's title", TEXT)
        assert (article.text, article.word_count) == (TEXT, 60)

    def test_the_times_of_finding_fetching_and_extracting_are_told(self):
        found = entry()
        article = composed(found)
        assert (article.found_at, article.fetched_at, article.extracted_at) == (
            found.found_at,
            NOW - timedelta(seconds=1),
            NOW,
        )


class TestRights:
    @pytest.mark.parametrize(
        ("headers", "stated", "reserved"),
        [
            ({}, None, None),
            ({"tdm-reservation": "1"}, None, True),
            ({"tdm-reservation": "0"}, None, False),
            ({"tdm-reservation": "0"}, True, True),
            ({"tdm-reservation": " 1 "}, False, True),
            ({"tdm-reservation": "maybe"}, None, None),
            ({"x-robots-tag": "noindex, NoAI"}, None, True),
            ({"x-robots-tag": "noindex"}, None, None),
        ],
    )
    def test_a_reservation_in_headers_or_markup_holds(self, headers, stated, reserved):
        page = parsed(rights=Rights(tdm_reserved=stated, licence="CC-BY"))
        article = from_page(entry(), fetched(page, headers=headers), NOW)
        assert (article.rights.tdm_reserved, article.rights.licence) == (reserved, "CC-BY")

    @pytest.mark.parametrize("allowed", [True, None])
    def test_whether_robots_txt_was_asked_is_told(self, allowed):
        assert from_page(entry(), fetched(robots_allowed=allowed), NOW).rights.robots_allowed is allowed

    def test_the_answers_facts_are_kept(self):
        headers = {"etag": '"1"', "last-modified": "yesterday", "content-type": "text/html; charset=utf-8"}
        article = from_page(entry(), fetched(headers=headers), NOW)
        assert article.http == Http(
            status=200,
            final_url=PAGE,
            content_type="text/html; charset=utf-8",
            etag='"1"',
            last_modified="yesterday",
        )


class TestTheFeedStandsIn:
    def test_it_needs_a_text_that_is_more_than_a_teaser(self):
        assert can_stand_in(entry(content=text_of("w", 50)))
        assert not can_stand_in(entry(content=text_of("w", 49)))
        assert not can_stand_in(entry(summary=FULL))

    def test_it_never_does_for_a_second_look(self):
        assert not can_stand_in(entry(content=FULL, reason="recheck"))

    def test_an_article_by_its_feed_alone_says_so_and_claims_nothing_of_its_page(self):
        found = entry(content=FULL, summary="In short.", tags=("a",), published=DAY)
        article = from_feed(found, parsed(FULL, title=None, method="feed"), ("page-unavailable", "page-http-403"), NOW)
        assert (article.text, article.title, article.description) == (FULL, "A title", "In short.")
        assert (article.extraction.body_from, article.extraction.method) == ("feed", "feed")
        assert article.extraction.flags == ("page-unavailable", "page-http-403")
        assert (article.http, article.fetched_at, article.rights) == (None, None, Rights())
        assert (article.article_id, article.published) == (article_id_of(PAGE), dated("feed"))

    def test_a_stub_keeps_the_pages_facts_and_takes_the_feeds_text(self):
        page = parsed(
            "Subscribe.", title="Page", published=dated("json-ld"), flags=("charset-guessed",), authors=("Jane",)
        )
        body = parsed(FULL, title=None, method="feed", version="1", language="en", language_confidence=0.9)
        article = composed(entry(content=FULL), page, body=body)
        assert (article.text, article.word_count, article.content_hash) == (FULL, 60, content_hash(FULL))
        assert (article.title, article.authors, article.published) == ("Page", ("Jane",), dated("json-ld"))
        assert (article.extraction.body_from, article.extraction.method) == ("feed", "feed")
        assert article.extraction.flags == ("charset-guessed", "short-page")
        assert (article.language, article.language_confidence) == ("en", 0.9)
        assert article.http is not None

    def test_a_page_without_any_text_is_no_doubt_about_an_article_that_has_one(self):
        page = parsed("", flags=("no-text",))
        assert composed(page=page, body=parsed(FULL)).extraction.flags == ("short-page",)
        assert "no-text" in composed(page=page).extraction.flags


def test_what_was_odd_about_the_pages_answer_is_flagged_on_the_article():
    article = from_page(entry(), fetched(flags=("insecure", "content-encoding-ignored")), NOW)
    assert article.extraction.flags[-2:] == ("insecure", "content-encoding-ignored")
    assert "insecure" not in composed().extraction.flags
