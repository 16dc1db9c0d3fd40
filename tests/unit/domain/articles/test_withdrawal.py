"""When an article is withdrawn: not by one answer, not by a host that is out of order; by feed and operator at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.articles.decide import decide
from newswire.domain.articles.hosts.habits import NO_HABITS, after_look
from newswire.domain.articles.verdict import Known
from newswire.domain.articles.withdrawal import BELIEVED, CONFIRM
from newswire.events import Revised, Withdrawn
from support.build import NOW, extracted, gone, unchanged

HOUR = timedelta(hours=1)


class Story:
    """One article, its host's habits, and the events that come about them."""

    def __init__(self):
        self.state, self.habits = None, NO_HABITS
        self.comes(extracted(), NOW)

    def comes(self, event, at):
        verdict = decide(event, Known(self.state, None, habits=self.habits), at)
        self.state = verdict.state
        self._learn(verdict)
        return verdict

    def _learn(self, verdict):
        if verdict.look is not None:
            self.habits = after_look(self.habits, verdict.look)

    def is_gone(self, at, **more):
        return self.comes(gone(at=at, entry=f"gone {at}", **{"by": "page"} | more), at)

    def elsewhere(self, at, event=unchanged):
        """The page of another article of the host answers."""
        other = replace(self.state, kind="published", gone_since=None, withdrawn_by=None)
        verdict = decide(event(at=at), Known(other, None, habits=self.habits), at)
        self._learn(verdict)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_has_to_be_gone_twice_with_time_between(status):
    story = Story()
    first = story.is_gone(NOW + HOUR, status=status)
    assert (first.outcome.reason, first.change, first.state.recheck_at) == ("gone-once", None, NOW + HOUR + CONFIRM)
    assert story.is_gone(NOW + HOUR + timedelta(minutes=10), status=status).outcome.reason == "gone-once"
    story.elsewhere(NOW + 1.5 * HOUR)
    second = story.is_gone(NOW + 2 * HOUR, status=status)
    assert isinstance(second.change, Withdrawn)
    assert (second.change.status, second.change.by, second.state.kind) == (status, "page", "withdrawn")


@pytest.mark.parametrize("look", [unchanged, lambda **more: extracted(**more, entry="back")])
def test_a_page_that_is_there_in_between_has_to_be_gone_twice_again(look):
    story = Story()
    story.is_gone(NOW + HOUR)
    assert story.comes(look(at=NOW + 1.5 * HOUR), NOW + 1.5 * HOUR).state.gone_since is None
    story.elsewhere(NOW + 1.6 * HOUR)
    assert story.is_gone(NOW + 2 * HOUR).outcome.reason == "gone-once"


def test_a_page_is_gone_for_longer_where_nothing_else_of_its_host_was_there():
    story = Story()
    story.is_gone(NOW + HOUR)
    assert story.is_gone(NOW + 2 * HOUR).outcome.reason == "gone-alone"
    assert story.is_gone(NOW + 7 * HOUR).outcome.kind == "withdrawn"


def gone_elsewhere(at):
    return gone(at=at, entry=f"elsewhere {at}", by="page")


def test_a_host_that_says_404_to_everything_is_out_of_order_until_a_week_is_over():
    story, at = Story(), NOW + HOUR
    story.is_gone(at)
    while at < NOW + BELIEVED:
        for minutes in (10, 20, 30):
            story.elsewhere(at + timedelta(minutes=minutes), gone_elsewhere)
        at += HOUR
        assert story.is_gone(at).outcome.reason in {"host-out-of-order", "gone-once"}
    assert story.is_gone(NOW + HOUR + BELIEVED).outcome.kind == "withdrawn"


def test_articles_that_go_one_by_one_while_others_stay_are_withdrawn():
    story = Story()
    for minutes in range(0, 60, 2):
        story.elsewhere(NOW + timedelta(minutes=minutes))
    for minutes in (1, 2, 3):
        story.elsewhere(NOW + HOUR + timedelta(minutes=minutes), gone_elsewhere)
    story.is_gone(NOW + HOUR)
    story.elsewhere(NOW + 1.5 * HOUR)
    assert story.is_gone(NOW + 2 * HOUR).outcome.kind == "withdrawn"


@pytest.mark.parametrize("by", ["feed", "operator"])
def test_a_feed_and_the_operator_are_believed_at_once(by):
    verdict = Story().is_gone(NOW + HOUR, by=by, said="why")
    assert isinstance(verdict.change, Withdrawn)
    assert (verdict.change.by, verdict.change.reason) == (by, "why")
    assert verdict.state.recheck_at is None


def withdrawn_by(by):
    story = Story()
    story.is_gone(NOW + HOUR, by=by)
    if by == "page":
        story.elsewhere(NOW + 1.5 * HOUR)
        story.is_gone(NOW + 2 * HOUR)
    assert story.state.kind == "withdrawn"
    return story


@pytest.mark.parametrize(
    ("by", "reason", "back"),
    [
        ("page", "recheck", True), ("page", "new", True), ("feed", "recheck", False), ("feed", "changed", True),
        ("operator", "recheck", False), ("operator", "new", False),
    ],
)  # fmt: skip
def test_what_withdrew_an_article_decides_what_may_bring_it_back(by, reason, back):
    seen = extracted(at=NOW + 5 * HOUR, entry="again").model_copy(update={"reason": reason})
    verdict = withdrawn_by(by).comes(seen, NOW + 5 * HOUR)
    assert isinstance(verdict.change, Revised) == back
    assert verdict.state.kind == ("published" if back else "withdrawn")
    if back:
        assert verdict.change.changed == ("restored",)
        assert (verdict.state.withdrawn_by, verdict.state.recheck_at is not None) == (None, True)


def test_a_text_from_before_the_withdrawal_does_not_bring_the_article_back():
    story = withdrawn_by("page")
    verdict = story.comes(extracted(at=NOW + 1.2 * HOUR, entry="late"), NOW + 5 * HOUR)
    assert (verdict.outcome.reason, verdict.state.kind) == ("stale", "withdrawn")


def test_a_withdrawn_page_is_asked_for_whole_and_more_and_more_seldom():
    story, looks = withdrawn_by("page"), []
    assert story.state.validators.etag is None
    while story.state.recheck_at is not None:
        looks.append(story.state.recheck_at)
        story.is_gone(looks[-1])
    assert len(looks) == 5
    assert looks == sorted(set(looks))


def test_a_purged_article_takes_nothing_in():
    story = Story()
    first = story.is_gone(NOW + HOUR, by="operator", purge=True)
    assert (first.change.purged, first.state.purged_at) == (True, NOW + HOUR)
    for event in (
        extracted(at=NOW + 2 * HOUR, entry="again"),
        unchanged(at=NOW + 2 * HOUR),
        gone(at=NOW + 2 * HOUR, entry="operator", by="operator", purge=True),
        gone(at=NOW + 2 * HOUR, entry="feed", by="feed"),
    ):
        verdict = story.comes(event, NOW + 2 * HOUR)
        assert (verdict.outcome.reason, verdict.change, verdict.state.kind) == ("purged", None, "withdrawn")
