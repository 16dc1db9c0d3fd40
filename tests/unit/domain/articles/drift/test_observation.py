"""What an event shows of its source's pages."""

import base64

import pytest

from newswire.domain.articles.drift.observation import TEXTLESS, observed, section_of
from newswire.events import ArticleFacts, Basis, Dated, article_id_of
from support.build import NOW, URL, extracted, letter
from support.line import PAGE, entry

PROSE = "The council voted on Monday to rebuild its old pier, eleven years after a storm took it away."


def event_of(*, reason="new", flags=(), body="page", text=PROSE, agreed=(), confidence=None, **facts):
    event = extracted(text=text, body=body)
    extraction = event.article.extraction.model_copy(
        update={"flags": flags, "agreed": agreed, "confidence": confidence}
    )
    article = event.article.model_copy(update={"extraction": extraction, **facts})
    return event.model_copy(update={"reason": reason, "article": article})


def values_of(**more):
    return observed(event_of(**more)).values


def letter_of(reason, *, entry_reason="new", stage="extract"):
    value = base64.b64encode(entry("e", reason=entry_reason).model_dump_json().encode()).decode()
    return letter("e", reason).model_copy(update={"url": PAGE, "value_base64": value, "stage": stage})


def test_a_page_with_everything_lacks_nothing():
    facts = ArticleFacts(
        published=Basis(source="json-ld", confidence=0.9), authors=Basis(source="meta", confidence=0.9)
    )
    published = Dated(value=NOW, source="json-ld", precision="second")
    found = observed(event_of(facts=facts, published=published, authors=("Mara Quill",), agreed=("json-ld",)))
    assert (found.article_id, found.source, found.at) == (article_id_of(URL), "example.org", NOW)
    lacks = {name: found.values[name] for name in ("text", "date", "author", "agreement")}
    assert lacks == {"text": 0, "date": 0, "author": 0, "agreement": 0}


def test_a_date_and_an_author_that_only_the_feed_states_are_lacking_on_the_page():
    facts = ArticleFacts(published=Basis(source="feed", confidence=0.9), authors=Basis(source="feed", confidence=0.9))
    published = Dated(value=NOW, source="feed", precision="second")
    found = values_of(facts=facts, published=published, authors=("Mara Quill",))
    assert (found["date"], found["author"]) == (1, 1)


def test_a_sure_text_needs_no_other_account_that_agrees():
    assert values_of(confidence=0.9)["agreement"] == 0
    assert values_of(confidence=0.5)["agreement"] == 1
    assert values_of(confidence=0.5, agreed=("json-ld",))["agreement"] == 0


def test_half_of_the_text_is_two_steps_of_length():
    long, half = (values_of(text=" ".join([PROSE] * times))["length"] for times in (20, 10))
    assert long - half == 2


def test_short_lines_that_end_no_sentence_are_the_density_of_furniture():
    text = "\n".join([PROSE] * 6)
    assert values_of(text=text)["furniture"] == 0
    assert values_of(text=f"{text}\nShare\nRead more in our app\nMost read today\nSign in")["furniture"] >= 4


@pytest.mark.parametrize("flag", ["short-page", *(f"page-{reason}" for reason in sorted(TEXTLESS))])
def test_a_feed_that_stands_in_for_a_page_without_text_is_a_page_without_text(flag):
    assert values_of(body="feed", flags=(flag,)) == {"text": 1}


@pytest.mark.parametrize("flags", [(), ("page-unavailable", "page-timeout"), ("shared-page",)])
def test_a_page_that_nobody_saw_says_nothing(flags):
    assert observed(event_of(body="feed", flags=flags)) is None


@pytest.mark.parametrize("reason", ["changed", "recheck", "import"])
def test_an_article_counts_when_it_is_found_and_not_again(reason):
    assert observed(event_of(reason=reason)) is None
    assert observed(letter_of("no-text", entry_reason=reason)) is None


def test_a_page_that_is_no_article_lacks_a_text():
    found = observed(letter_of("consent-wall"))
    assert (found.article_id, found.source, found.values) == (article_id_of(PAGE), "n.example", {"text": 1})


@pytest.mark.parametrize(
    "unusable",
    [
        letter_of("http-404"),
        letter_of("no-text", stage="store"),
        letter_of("no-text").model_copy(update={"url": None}),
        letter_of("no-text").model_copy(update={"value_base64": "e30="}),
        letter_of("no-text").model_copy(update={"value_base64": "!"}),
    ],
)
def test_other_dead_letters_say_nothing_of_the_pages(unusable):
    assert observed(unusable) is None


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://n.example/Video/pier", "video"),
        ("https://n.example/2026/11/pier", ""),
        ("https://n.example/pier", ""),
        ("https://n.example/pier/", ""),
        ("https://n.example/", ""),
        ("https://n.example/the-council-voted-on-monday-to-rebuild/comments", ""),
    ],
)
def test_the_section_is_the_first_folder_where_that_is_a_word(url, section):
    assert section_of(url) == section
