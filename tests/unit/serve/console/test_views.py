"""What the pages show, as values."""

import base64
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from newswire.domain.feeds.memory import FeedMemory, Gap, Move
from newswire.domain.ledger import OUTCOMES, Balance
from newswire.operations.console.feeds import SPARK_DAYS
from newswire.operations.console.flow import MOST_CHANGES, Flow
from newswire.serve.console.queries import WireAsked
from newswire.serve.console.views import article, feeds, flow, problems, wire, words
from support.build import NOW, feed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ID = UUID(int=1)
POLLED = {"last_polled_at": NOW}


def doc(**more):
    return {
        "article_id": ID,
        "kind": "published",
        "revision": 1,
        "changed_at": NOW,
        "url": "https://a.example/1",
        "source": "a.example",
        "word_count": 9,
        **more,
    }


class TestWire:
    def test_articles_are_grouped_by_the_day_that_they_changed_on_in_their_order(self):
        days = wire.wire_days([doc(title="a"), doc(title="b"), doc(title="c", changed_at=NOW - DAY)])
        assert [(day.day, [story.title for story in day.stories]) for day in days] == [
            (NOW.date(), ["a", "b"]),
            ((NOW - DAY).date(), ["c"]),
        ]

    @pytest.mark.parametrize(
        ("kind", "revision", "marks"),
        [
            ("published", 1, []),
            ("published", 2, ["revised"]),
            ("duplicate", 1, ["reprint"]),
            ("withdrawn", 2, ["withdrawn"]),
        ],
    )
    def test_a_story_is_marked_by_its_state(self, kind, revision, marks):
        assert [mark.word for mark in wire.story_of(doc(kind=kind, revision=revision)).marks] == marks

    def test_reprints_stand_below_their_original(self):
        story = wire.story_of(doc(duplicates=[doc(kind="duplicate", title="copy")]))
        assert [copy.title for copy in story.copies] == ["copy"]

    def test_an_article_without_a_title_shows_its_address(self):
        assert wire.story_of(doc()).title == "https://a.example/1"

    def test_a_long_description_is_cut(self):
        lead = wire.story_of(doc(description="word " * 10_000)).lead
        assert len(lead) <= wire.LEAD
        assert lead.endswith("…")

    def test_new_changes_are_asked_for_with_the_filter_of_the_page(self):
        address = wire.live_address(WireAsked(source="a.example", language="en"), "e.7")
        assert address == (
            "/v1/changes?kind=published,revised,withdrawn&source=a.example&language=en"
            "&fields=article_id&limit=200&after=e.7"
        )

    @pytest.mark.parametrize("asked", [{"until": "2026-01-01"}, {"after": "x"}])
    def test_a_list_that_nothing_new_can_come_into_asks_for_nothing(self, asked):
        assert wire.live_address(WireAsked.model_validate(asked), "e.7") is None

    def test_duplicates_are_counted_as_news_only_where_each_is_shown_on_its_own(self):
        assert "duplicate" not in wire.live_address(WireAsked(), "e.7")
        assert "duplicate" in wire.live_address(WireAsked(duplicates="all"), "e.7")
        assert "kind=duplicate&" in wire.live_address(WireAsked(kind="duplicate"), "e.7")

    def test_another_page_keeps_the_filter(self):
        asked = WireAsked(source="a.example", after="x")
        assert wire.other_page(asked) == "/?source=a.example"
        assert wire.other_page(asked, after="y") == "/?source=a.example&after=y"
        assert wire.other_page(WireAsked()) == "/"

    def test_the_last_day_of_a_filter_is_in_it(self):
        wanted = WireAsked.model_validate({"since": "2026-03-01", "until": "2026-03-01"}).wanted
        assert wanted.changed_before - wanted.changed_after == DAY


class TestArticle:
    def full(self, **more):
        dated = {"value": "2026-03-01T12:00:00Z", "source": "json-ld", "precision": "day"}
        return {
            "url": "https://a.example/1",
            "canonical_url": "https://a.example/1",
            "word_count": 9,
            "found_at": "2026-03-01T12:00:00Z",
            "extracted_at": "2026-03-01T12:00:00Z",
            "extraction": {"method": "m", "version": "1", "body_from": "feed", "flags": ["short-text"]},
            "published": dated,
            "authors": ["Ana"],
            "language": "en",
            "language_confidence": 0.92,
            **more,
        }

    def test_every_fact_says_where_it_comes_from(self):
        facts = article.facts_of(self.full(http={"status": 200, "content_type": "text/html"}, image="https://a/b.png"))
        assert all(fact.source for fact in facts)
        sources = {fact.name: fact.source for fact in facts}
        assert sources["Published"] == "the page's JSON-LD, to the day"
        assert sources["Language"] == "its words, 92% sure"
        assert sources["Text"] == "the feed, by m 1"

    def test_a_fact_says_how_sure_it_is_where_the_event_does(self):
        basis = {"title": {"source": "og", "confidence": 0.756}, "published": {"source": "json-ld", "confidence": 1.0}}
        basis["authors"] = {"source": "feed", "confidence": 0.5}
        facts = article.facts_of(self.full(title="T", facts=basis, author_kinds=["agency"]))
        said = {fact.name: fact.source for fact in facts}
        assert said["Title"] == "the page's Open Graph tags, confidence 0.76"
        assert said["Published"] == "the page's JSON-LD, to the day, confidence 1.00"
        assert said["Authors"] == "the feed, confidence 0.50"
        assert "Ana (agency)" in {fact.value for fact in facts}

    def test_a_date_that_is_not_sure_enough_is_shown_as_a_claim(self):
        claimed = {"value": "2026-03-01T12:00:00Z", "source": "url", "precision": "day"}
        facts = article.facts_of(self.full(published=None, facts={"published_candidates": [claimed]}))
        assert [fact.source for fact in facts if fact.name == "Published, perhaps"] == [
            "the page's address, to the day; not sure enough"
        ]

    def test_what_is_not_known_is_left_out(self):
        names = {fact.name for fact in article.facts_of(self.full(published=None, authors=[], language=None))}
        assert names == {"Text", "Doubts", "Address", "Found", "Extracted"}

    def test_rights_are_said_in_words_and_silence_is_no_statement(self):
        nothing = dict.fromkeys(("robots_allowed", "tdm_reserved", "free_access", "licence"))
        assert article.rights_of(nothing) == ()
        said = article.rights_of(nothing | {"tdm_reserved": False, "robots_allowed": True})
        assert [(fact.name, fact.value) for fact in said] == [
            ("robots.txt", "allows this fetch"),
            ("Text and data mining", "not reserved"),
        ]

    def test_a_copy_whose_link_has_no_recorded_grounds_is_shown_without(self):
        assert article.grounds_of(None) == ()

    def test_the_grounds_of_a_copy_name_the_score_and_the_rule(self):
        link = {"score": 0.91, "evidence": "aligned-words", "algorithm": "near/2", "relation": "copy", "reason": "r"}
        assert article.grounds_of(link)[0] == "91% of the shorter text is in the other"
        assert article.grounds_of(link)[-1] == "evidence aligned-words, decided by near/2"

    def test_empty_lines_of_a_text_are_no_paragraphs(self):
        assert article.paragraphs("a\n\n\n b \n") == ("a", "b")


class TestFeeds:
    @pytest.mark.parametrize(
        ("word", "more"),
        [
            ("new", {}),
            ("well", POLLED),
            ("shaky", POLLED | {"errors": 1}),
            ("failing", POLLED | {"errors": 3, "memory": FeedMemory(condition="failing")}),
            ("no feed", POLLED | {"memory": FeedMemory(condition="not-a-feed")}),
            ("silent", POLLED | {"memory": FeedMemory(condition="silent", usual_gap_s=60.0)}),
            ("gap", POLLED | {"memory": FeedMemory(gap=Gap(ID, NOW, NOW))}),
            ("moving", POLLED | {"memory": FeedMemory(move=Move("https://b.example/", NOW, 1))}),
            ("gone", POLLED | {"disabled": "gone"}),
            ("moved", POLLED | {"disabled": "moved to https://b.example/"}),
            ("failing", POLLED | {"errors": 3, "memory": FeedMemory(condition="failing", gap=Gap(ID, NOW, NOW))}),
        ],
    )
    def test_a_feed_has_one_state_word_for_the_worst_that_is_wrong_with_it(self, word, more):
        assert feeds.state_of(feed(**more)).word == word

    def test_feeds_that_need_somebody_come_first(self):
        well = feed("https://a.example/", last_polled_at=NOW)
        gone = feed("https://z.example/", last_polled_at=NOW, disabled="gone")
        assert feeds.in_order([well, gone], None) == [gone, well]
        assert feeds.in_order([well, gone], "well") == [well]
        assert [(mark.word, count) for mark, count in feeds.state_counts([well, gone])] == [("gone", 1), ("well", 1)]

    def test_a_sparkline_has_the_busiest_day_at_its_full_height(self):
        today = date(2026, 3, 1)
        spark = feeds.spark_of({today: 4, today - timedelta(days=1): 1, today - timedelta(days=99): 50}, today)
        assert len(spark.bars) == SPARK_DAYS
        assert (spark.bars[-1].height, spark.bars[-1].y) == (feeds.SPARK_HEIGHT, 0)
        assert spark.bars[-2].height == 6
        assert spark.bars[0].height == 0
        assert spark.words == "5 new in 14 days, the most on 1 March: 4"

    def test_a_feed_without_news_has_a_flat_line(self):
        assert {bar.height for bar in feeds.spark_of({}, date(2026, 3, 1)).bars} == {0}


class TestFlow:
    def balance(self, **more):
        outcomes = dict.fromkeys(OUTCOMES, 1)
        return Balance(found=7, outcomes=outcomes, pending=1, reasons={"a": 1, "b&c": 4}, **more)

    def test_the_rows_of_the_books_add_up_and_lead_to_their_lists(self):
        rows = flow.outcome_rows(self.balance())
        assert sum(row.count for row in rows) == 7
        assert rows[0].address == "/books/entries?outcome=published"
        assert rows[-1].address == "/books/entries?pending=true"

    def test_the_most_frequent_reason_comes_first(self):
        assert flow.reason_rows(self.balance()) == [
            ("b&c", 4, "/books/entries?outcome=rejected&reason=b%26c"),
            ("a", 1, "/books/entries?outcome=rejected&reason=a"),
        ]

    @pytest.mark.parametrize(("more", "good"), [({}, True), ({"lost": 1}, False)])
    def test_the_verdict_says_whether_the_books_balance(self, more, good):
        assert flow.verdict(self.balance(**more))[0] is good

    def chart(self, *moments, now=NOW):
        changes = tuple(("published", moment) for moment in moments)
        return flow.chart_of(Flow(self.balance(), {}, changes, 0), now)

    def test_changes_are_counted_by_the_hour_the_present_one_last(self):
        now = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
        chart = self.chart(now, now - HOUR, now - HOUR, now - 23 * HOUR, now - 30 * HOUR, now=now)
        assert [bar.count for bar in chart.bars][-2:] == [2, 1]
        assert chart.bars[0].count == 1
        assert (chart.total, chart.most) == (4, 2)
        assert chart.bars[-2].height == flow.CHART_HEIGHT

    def test_a_change_of_a_machine_whose_clock_is_ahead_counts_as_of_now(self):
        assert self.chart(NOW + 2 * HOUR).bars[-1].count == 1

    def test_a_chart_says_when_it_saw_only_a_part(self):
        assert self.chart(*[NOW] * MOST_CHANGES).cut
        assert not self.chart(NOW).cut


class TestProblems:
    def test_a_record_is_shown_as_indented_json(self):
        assert problems.record_text(base64.b64encode(b'{"a":1}').decode()) == ('{\n  "a": 1\n}', False)

    @pytest.mark.parametrize("value", [b"\xff\xfe\x00", b"{", b"[" * 50_000, b"a" * 1_000_000])
    def test_any_record_can_be_shown_and_is_bounded(self, value):
        text, cut = problems.record_text(base64.b64encode(value).decode())
        assert len(text) <= problems.MOST_SHOWN
        assert cut is (len(value) > problems.MOST_SHOWN)

    def test_a_story_says_what_happened_and_leads_to_the_article(self):
        row = {"what": "entry", "at": NOW.isoformat(), "outcome": "rejected", "why": None, "article_id": str(ID)}
        (found,) = problems.story_rows([row])
        assert (found.what, found.tone, found.article_id) == ("entry", "bad", str(ID))
        assert found.details == (("outcome", "rejected"),)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "now"), (0, "now"), (59, "now"), (60, "1 min ago"), (3700, "1 h ago"), (200_000, "2 d ago")],
)
def test_a_moment_is_said_roughly(seconds, said):
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == said
    assert words.ago(None, NOW) == "never"
