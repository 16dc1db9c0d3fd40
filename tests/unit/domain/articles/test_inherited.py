"""A re-check sees the page without its feed: what only the feed said stays."""

import pytest

from newswire.domain.articles.revisions.inherited import with_former_facts
from support.build import article

BEFORE = article().model_copy(
    update={
        "authors": ("Ada Byron",),
        "author_kinds": ("person",),
        "language": "de",
        "language_confidence": 0.9,
        "tags": ("rivers",),
    }
)


def test_authors_come_back_with_their_kinds_and_the_language_with_its_confidence():
    kept = with_former_facts(article(text="another text"), BEFORE)
    assert (kept.authors, kept.author_kinds) == (BEFORE.authors, BEFORE.author_kinds)
    assert (kept.language, kept.language_confidence, kept.tags) == ("de", 0.9, ("rivers",))
    assert kept.text == "another text"


@pytest.mark.parametrize(
    "stated", [{"authors": ("The Daily",), "author_kinds": ()}, {"language": "fr", "language_confidence": None}]
)
def test_a_fact_that_the_page_states_gets_nothing_of_the_former_value(stated):
    kept = with_former_facts(article().model_copy(update=stated), BEFORE)
    assert {name: getattr(kept, name) for name in stated} == stated
