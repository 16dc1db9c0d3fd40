"""The verdicts on arrived articles."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.articles.decide import decide
from newswire.domain.articles.verdict import ArticleState, Known, Twin, Verdict
from newswire.events import (
    Article,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    Duplicate,
    Extraction,
    Http,
    PageValidators,
    Published,
    Revised,
    Withdrawn,
    article_id_of,
    stable_id,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/a"
NOTHING = Known(article=None, twin=None)


def extracted(text="text-1", title="Title", *, at=NOW, body="page", entry="e1", url=URL):
    article = Article(
        article_id=article_id_of(url),
        content_hash=f"content {text}",
        text_hash=f"{title} {text}",
        url=url,
        canonical_url=url,
        source="example.org",
        title=title,
        text=text,
        word_count=100,
        found_at=at,
        fetched_at=at if body == "page" else None,
        extracted_at=at,
        extraction=Extraction(method="test", version="1", body_from=body),
        http=Http(status=200, final_url=url, etag='"1"') if body == "page" else None,
    )
    entry_id = stable_id("test", entry)
    return ArticleExtracted(id=stable_id("event", entry), entry_id=entry_id, reason="new", article=article)


def gone(*, at=NOW, status=410):
    return ArticleGone(
        id=stable_id("event", "gone"),
        entry_id=stable_id("test", "gone"),
        article_id=article_id_of(URL),
        fetched_at=at,
        status=status,
        by="feed",
    )


def known_after(*events, twin=None) -> ArticleState:
    state = None
    for number, event in enumerate(events):
        state = decide(event, Known(state, twin), NOW + timedelta(hours=number)).state
    assert state is not None
    return state


def later(verdict_event, state, twin=None) -> Verdict:
    return decide(verdict_event, Known(state, twin), NOW + timedelta(hours=9))


def test_an_unknown_article_is_published_as_revision_one():
    verdict = decide(extracted(), NOTHING, NOW)
    assert isinstance(verdict.change, Published)
    assert (verdict.outcome.kind, verdict.change.revision) == ("published", 1)
    assert verdict.state is not None
    assert verdict.state.validators == PageValidators(etag='"1"')


def test_an_unknown_article_with_a_known_text_is_a_duplicate_linked_to_its_original():
    twin = Twin(article_id_of("https://other.example/x"), "https://other.example/x")
    verdict = decide(extracted(), Known(None, twin), NOW)
    assert isinstance(verdict.change, Duplicate)
    assert verdict.change.duplicate_of.article_id == twin.article_id
    assert verdict.outcome.duplicate_of == twin.article_id
    assert verdict.state is not None
    assert (verdict.state.kind, verdict.state.duplicate_of) == ("duplicate", twin.article_id)


def test_the_same_text_again_is_unchanged():
    state = known_after(extracted())
    verdict = later(extracted(at=NOW + timedelta(hours=1)), state)
    assert (verdict.outcome.kind, verdict.outcome.reason, verdict.change) == ("unchanged", "same", None)


@pytest.mark.parametrize(
    ("event", "changed"),
    [
        (extracted(text="text-2"), ("text",)),
        (extracted(title="Other"), ("title",)),
        (extracted(text="text-2", title="Other"), ("title", "text")),
    ],
)
def test_an_edit_is_the_next_revision_and_says_what_changed(event, changed):
    verdict = later(event, known_after(extracted()))
    assert isinstance(verdict.change, Revised)
    assert (verdict.change.revision, verdict.change.changed) == (2, changed)
    assert verdict.change.previous_text_hash == "Title text-1"


def test_an_edit_that_only_moves_commas_is_a_revision_of_the_text():
    before = known_after(extracted())
    event = extracted()
    moved = event.article.model_copy(update={"text_hash": "Title text,1"})
    verdict = later(event.model_copy(update={"article": moved}), before)
    assert isinstance(verdict.change, Revised)
    assert verdict.change.changed == ("text",)


def test_a_late_old_copy_never_overwrites_a_newer_one():
    state = known_after(extracted(text="new"))
    verdict = later(extracted(text="old", at=NOW - timedelta(hours=1)), state)
    assert (verdict.outcome.kind, verdict.outcome.reason) == ("unchanged", "stale")
    assert verdict.state == state


def late(text, *, found_at, at, title="Title"):
    """A feed's text that stands in for its page, which was given up only at ``at``."""
    event = extracted(text=text, title=title, body="feed", at=at)
    return event.model_copy(update={"article": event.article.model_copy(update={"found_at": found_at})})


def test_a_feeds_text_is_as_old_as_the_feed_however_late_its_page_was_given_up():
    newer = late("new", found_at=NOW + timedelta(minutes=15), at=NOW + timedelta(minutes=15))
    older = late("old", found_at=NOW, at=NOW + timedelta(hours=3))
    verdict = later(older, known_after(newer))
    assert (verdict.outcome.kind, verdict.outcome.reason, verdict.change) == ("unchanged", "stale", None)


def test_a_page_that_did_not_change_makes_no_feeds_text_newer_than_it_is():
    first = late("v1", found_at=NOW, at=NOW)
    asked = NOW + timedelta(hours=1)
    looked = ArticleUnchanged(
        id=stable_id("event", "304"), entry_id=stable_id("test", "304"), article_id=article_id_of(URL), fetched_at=asked
    )
    edited = late("v2", found_at=NOW + timedelta(minutes=50), at=NOW + timedelta(hours=2))
    verdict = later(edited, known_after(first, looked))
    assert isinstance(verdict.change, Revised)


def test_a_feeds_text_from_before_the_withdrawal_does_not_restore_the_article():
    withdrawn = known_after(late("text", found_at=NOW, at=NOW), gone(at=NOW + timedelta(hours=1)))
    verdict = later(late("old", found_at=NOW + timedelta(minutes=30), at=NOW + timedelta(hours=2)), withdrawn)
    assert (verdict.outcome.reason, verdict.change) == ("stale", None)


@pytest.mark.parametrize("body", ["feed", "import"])
def test_a_poorer_copy_never_replaces_the_pages_text(body):
    verdict = later(extracted(text="teaser", body=body, at=NOW + timedelta(hours=1)), known_after(extracted()))
    assert (verdict.outcome.kind, verdict.outcome.reason, verdict.change) == ("unchanged", "page-preferred", None)


@pytest.mark.parametrize(("words", "outcome"), [(49, "unchanged"), (50, "revised")])
def test_a_second_look_at_a_page_that_shows_a_stub_leaves_the_feeds_text(words, outcome):
    look = extracted(text="Subscribe to read", at=NOW + timedelta(hours=1))
    stub = look.article.model_copy(update={"word_count": words})
    verdict = later(look.model_copy(update={"reason": "recheck", "article": stub}), known_after(extracted(body="feed")))
    assert verdict.outcome.kind == outcome
    assert verdict.state is not None
    assert (verdict.state.text_hash == stub.text_hash) == (outcome == "revised")


def test_a_first_look_at_a_short_page_replaces_an_older_text_of_the_feed():
    short = extracted(text="page", at=NOW + timedelta(hours=1))
    short = short.model_copy(update={"article": short.article.model_copy(update={"word_count": 10})})
    assert isinstance(later(short, known_after(extracted(body="feed"))).change, Revised)


def test_an_edited_duplicate_that_differs_now_is_revised_and_unlinked():
    twin = Twin(article_id_of("https://other.example/x"), "https://other.example/x")
    state = known_after(extracted(), twin=twin)
    verdict = later(extracted(text="own words"), state)
    assert isinstance(verdict.change, Revised)
    assert "unlinked" in verdict.change.changed
    assert verdict.state is not None
    assert (verdict.state.kind, verdict.state.duplicate_of) == ("published", None)


def test_an_edited_duplicate_that_still_repeats_its_original_stays_linked():
    twin = Twin(article_id_of("https://other.example/x"), "https://other.example/x")
    verdict = later(extracted(title="New headline"), known_after(extracted(), twin=twin), twin)
    assert isinstance(verdict.change, Duplicate)
    assert verdict.change.revision == 2


def test_an_original_that_comes_to_equal_another_text_stays_an_article_of_its_own():
    twin = Twin(article_id_of("https://other.example/x"), "https://other.example/x")
    verdict = later(extracted(text="their words"), known_after(extracted()), twin)
    assert isinstance(verdict.change, Revised)


def test_a_gone_page_withdraws_the_article_once():
    state = known_after(extracted())
    first = later(gone(at=NOW + timedelta(hours=1)), state)
    assert isinstance(first.change, Withdrawn)
    assert (first.change.revision, first.change.url) == (2, URL)
    assert first.state is not None
    assert (first.state.kind, first.state.recheck_at) == ("withdrawn", None)
    assert later(gone(at=NOW + timedelta(hours=2)), first.state).outcome.kind == "unchanged"


def test_a_withdrawn_article_that_comes_back_is_restored_even_unchanged():
    withdrawn = later(gone(at=NOW + timedelta(hours=1)), known_after(extracted())).state
    verdict = later(extracted(at=NOW + timedelta(hours=2)), withdrawn)
    assert isinstance(verdict.change, Revised)
    assert (verdict.change.revision, verdict.change.changed) == (3, ("restored",))


def test_a_gone_page_of_an_unknown_article_is_rejected():
    verdict = decide(gone(), NOTHING, NOW)
    assert (verdict.outcome.kind, verdict.outcome.reason, verdict.state) == ("rejected", "http-410", None)


def test_not_modified_keeps_validators_that_the_answer_does_not_repeat():
    event = ArticleUnchanged(
        id=stable_id("event", "304"),
        entry_id=stable_id("test", "304"),
        article_id=article_id_of(URL),
        fetched_at=NOW + timedelta(hours=1),
        validators=PageValidators(last_modified="Sun, 01 Mar 2026 12:00:00 GMT"),
    )
    verdict = later(event, known_after(extracted()))
    assert (verdict.outcome.kind, verdict.outcome.reason) == ("unchanged", "not-modified")
    assert verdict.state is not None
    assert verdict.state.validators == PageValidators(etag='"1"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")


def test_the_digest_is_that_of_the_page_that_was_read_last_and_an_unchanged_page_keeps_it():
    first = extracted().model_copy(update={"body_sha256": "aa"})
    looked = ArticleUnchanged(
        id=stable_id("event", "304"),
        entry_id=stable_id("test", "304"),
        article_id=article_id_of(URL),
        fetched_at=NOW + timedelta(hours=1),
    )
    assert known_after(first, looked).validators == PageValidators(etag='"1"', body_sha256="aa")
    same_text = extracted(at=NOW + timedelta(hours=2)).model_copy(update={"body_sha256": "bb"})
    assert later(same_text, known_after(first, looked)).state.validators.body_sha256 == "bb"


def test_while_headlines_alternate_the_page_is_asked_for_whole():
    shown = [
        extracted(title=title, at=NOW + timedelta(hours=number)).model_copy(update={"body_sha256": title})
        for number, title in enumerate(("One", "Other", "One"))
    ]
    state = known_after(*shown[:2])
    verdict = decide(shown[2], Known(state, None, before=shown[1].article), NOW + timedelta(hours=2))
    assert verdict.outcome.reason == "headline-alternates"
    assert verdict.state.validators == PageValidators(), "a 304 would not say that the headline stays"


def test_the_same_input_gives_the_same_bytes():
    one, two = (decide(extracted(), NOTHING, NOW).change for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.model_dump_json() == two.model_dump_json()


def test_each_revision_is_looked_at_again_until_a_week_has_passed():
    state = replace(known_after(extracted()), first_seen=NOW)
    due, looks = state.recheck_at, 0
    while due is not None:
        looks += 1
        verdict = decide(extracted(at=due), Known(state, None), due)
        assert verdict.state is not None
        state = verdict.state
        due = state.recheck_at
    assert looks == 6
