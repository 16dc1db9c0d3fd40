"""The latest state that each kind of change leaves behind."""

import pytest

from newswire.contracts.examples import EXAMPLES
from newswire.domain.articles.latest import state_of
from newswire.events import Article, Change

STATES = {
    "published": "published",
    "revised": "published",
    "duplicate": "duplicate",
    "withdrawn": "withdrawn",
    "relinked": "duplicate",
    "unlinked": "published",
}
STORED = EXAMPLES["newswire.change.published.v1"]["001-published"].article


def example(kind: str) -> Change:
    return next(iter(EXAMPLES[f"newswire.change.{kind}.v1"].values()))


@pytest.mark.parametrize(("kind", "state"), list(STATES.items()))
def test_the_state_and_the_link_follow_from_the_newest_change(kind, state):
    change = example(kind)
    latest = state_of(change, STORED, 7, "epoch")
    assert latest.state == state
    assert latest.duplicate_of == getattr(change, "duplicate_of", None)
    assert isinstance(latest.article, Article)
    assert latest.article == getattr(change, "article", STORED)
    assert (latest.change_id, latest.revision, latest.position) == (change.id, change.revision, 7)
