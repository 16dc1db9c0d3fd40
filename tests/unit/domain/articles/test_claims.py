"""Pages with different articles that claim one canonical address."""

from datetime import timedelta

import pytest

from newswire.domain.articles.batch import decide_all
from newswire.domain.articles.before import AsKnown, PastDecisions
from newswire.domain.articles.claims import told_apart
from newswire.domain.articles.decide import decide
from newswire.events import article_id_of
from support.build import NOW, arrivals, extracted, gone, text_of

FRONT, ONE, TWO, THREE = (f"https://example.org/{path}" for path in ("stories", "1", "2", "3"))


def claiming(page, title, at=NOW, **more):
    return extracted(FRONT, title, text_of(title.split()[0]), at, fetched_from=page, **more)


def decided(*events):
    """The changes of one batch: (kind, revision, canonical address, flags)."""
    made = decide_all(arrivals(*events), PastDecisions(set(), {}), AsKnown({}, {}, {}), decide, NOW)
    return [
        (change.kind, change.revision, change.article.canonical_url, change.article.extraction.flags)
        for change, _ in made.changes
    ]


def test_pages_with_different_titles_and_texts_that_only_claim_an_address_are_articles_of_their_own():
    later = NOW + timedelta(hours=1)
    events = (claiming(ONE, "Alpha"), claiming(TWO, "Beta"), claiming(THREE, "Gamma"), claiming(TWO, "Beta two", later))
    assert decided(*events) == [
        ("published", 1, FRONT, ()),
        ("published", 1, TWO, ("canonical-distrusted",)),
        ("published", 1, THREE, ("canonical-distrusted",)),
        ("revised", 2, TWO, ("canonical-distrusted",)),
    ]


def test_a_page_that_was_told_apart_stays_so_when_it_takes_the_others_title():
    later = claiming(TWO, "Alpha", NOW + timedelta(hours=1))
    assert [line[:3] for line in decided(claiming(ONE, "Alpha"), claiming(TWO, "Beta"), later)][2] == (
        "revised",
        2,
        TWO,
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (claiming(ONE, "Alpha"), extracted(FRONT, "Beta", text_of("Alpha"), NOW, fetched_from=TWO)),
        (claiming(ONE, "Alpha"), extracted(FRONT, "Alpha", text_of("Beta"), NOW, fetched_from=TWO)),
        (claiming(ONE, "Alpha"), claiming(ONE, "Beta")),
        (claiming(FRONT, "Alpha"), claiming(TWO, "Beta")),
        (claiming(ONE, "Alpha"), claiming(FRONT, "Beta")),
    ],
)
def test_forms_and_edits_of_one_article_stay_joined(first, second):
    assert {canonical for _, _, canonical, _ in decided(first, second)} == {FRONT}


def test_the_page_of_a_withdrawn_article_may_pass_its_address_on():
    known = AsKnown({}, {}, {})
    decide_all(arrivals(claiming(ONE, "Alpha"), gone(FRONT)), PastDecisions(set(), {}), known, decide, NOW)
    assert told_apart(claiming(TWO, "Beta"), known.states).article.article_id == article_id_of(FRONT)
