"""When an article is withdrawn, and when it may return.

A page that answers 404 or 410 is asked again: it must be gone twice, `CONFIRM` apart, while its host is there for other
articles. A host whose pages are gone in numbers is out of order (`newswire.domain.articles.hosts.answers`), and is
believed after `BELIEVED` alone. A tombstone (RFC 6721) in the feed that carried the entry is believed at once, so is
the operator. The page of a withdrawn article is looked at for a week more: it may be back.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.hosts.answers import is_out_of_order, was_there_since
from newswire.domain.articles.hosts.habits import HostHabits
from newswire.domain.articles.recheck import next_recheck
from newswire.domain.articles.said import said, unchanged
from newswire.domain.articles.verdict import ArticleState, Verdict
from newswire.domain.ledger import Outcome
from newswire.events import NO_VALIDATORS, ArticleExtracted, ArticleGone, Withdrawn

PAGE: Final = "page"
FEED: Final = "feed"
OPERATOR: Final = "operator"

CONFIRM: Final = timedelta(hours=1)
"""Between the two answers that a page is gone."""
ALONE: Final = timedelta(hours=6)
"""The same, where no other page of the host was there meanwhile: the host itself may be out of order."""
AGAIN: Final = timedelta(hours=2)
"""Until the next look at a page whose host is out of order."""
BELIEVED: Final = timedelta(days=7)
"""A host that was out of order for so long has taken its articles away."""
_PATIENCE: Final = timedelta(minutes=5)
"""Looks are not punctual: a confirmation may come so much too early."""
_RETURNS: Final = timedelta(days=7)
_GROWTH: Final = 3


def gone(event: ArticleGone, before: ArticleState | None, habits: HostHabits, now: datetime) -> Verdict:
    """The verdict on the news that an article is gone."""
    if before is None:
        return Verdict(Outcome("rejected", now, f"http-{event.status}", article_id=event.article_id), None)
    by = event.by or PAGE
    if nothing := _nothing_new(event, before, by):
        return unchanged(replace(before, recheck_at=next_look(before, habits, now)), nothing, now)
    doubt = _doubt(event, before, habits) if by == PAGE else None
    return _doubted(event, before, *doubt, now) if doubt else _withdrawn(event, before, by, now)


def _nothing_new(event: ArticleGone, before: ArticleState, by: str) -> str | None:
    """Why the article stays as it is; None where it is withdrawn, or doubted."""
    withdrawn = before.kind == "withdrawn"
    if before.purged_at is not None:
        return "purged"
    if by == OPERATOR:
        again = withdrawn and before.withdrawn_by == OPERATOR and not event.purge
        return "withdrawn-by-operator" if again else None
    if event.fetched_at < before.fetched_at:
        return "stale"
    return "still-gone" if withdrawn else None


def _doubt(event: ArticleGone, before: ArticleState, habits: HostHabits) -> tuple[str, timedelta] | None:
    """Why a page's answer that it is gone is not believed yet, and the time until it is asked again."""
    since = before.gone_since or event.fetched_at
    stood = event.fetched_at - since + _PATIENCE
    if before.gone_since is None or stood < CONFIRM:
        return "gone-once", CONFIRM - (event.fetched_at - since)
    if stood >= BELIEVED:
        return None
    if is_out_of_order(habits.answers):
        return "host-out-of-order", AGAIN
    if stood < ALONE and not was_there_since(habits.answers, since):
        return "gone-alone", ALONE - (event.fetched_at - since)
    return None


def refuses_return(event: ArticleExtracted, before: ArticleState) -> str | None:
    """Why a withdrawn article stays withdrawn though its text was seen; None where it returns."""
    if before.withdrawn_by == OPERATOR:
        return "withdrawn-by-operator"
    if before.withdrawn_by == FEED and event.reason == "recheck":
        return "withdrawn-by-feed"  # the page may stay for ever: what the feed took away, a feed has to bring back
    return None


def next_return_look(state: ArticleState, now: datetime) -> datetime | None:
    """When the page of a withdrawn article is looked at again: after 1, 3, 9, 27 and 81 hours; None when never.

    Only a page's own answer is doubted; a feed and the operator have spoken.
    """
    if state.withdrawn_by != PAGE or state.purged_at is not None:
        return None
    age = max(CONFIRM, (now - state.changed_at) * _GROWTH)
    return state.changed_at + age if age <= _RETURNS else None


def next_look(state: ArticleState, habits: HostHabits, now: datetime) -> datetime | None:
    """When the article's page is looked at again, as it stands; None when it is done with."""
    if state.kind == "withdrawn":
        return next_return_look(state, now)
    if state.gone_since is not None:
        return now + CONFIRM
    return next_recheck(state.first_seen, now, habits, state.changed_at if state.revision > 1 else None)


def _doubted(event: ArticleGone, before: ArticleState, reason: str, wait: timedelta, now: datetime) -> Verdict:
    since = before.gone_since or event.fetched_at
    state = replace(before, gone_since=since, fetched_at=event.fetched_at, recheck_at=now + wait)
    return unchanged(state, reason, now)


def _withdrawn(event: ArticleGone, before: ArticleState, by: str, now: datetime) -> Verdict:
    state = replace(
        before,
        kind="withdrawn",
        revision=before.revision + 1,
        fetched_at=max(event.fetched_at, before.fetched_at),
        changed_at=now,
        gone_since=None,
        withdrawn_by=by,
        validators=NO_VALIDATORS,  # the page is asked for whole: a return brings its text
        purged_at=now if event.purge else None,
    )
    state = replace(state, recheck_at=next_return_look(state, now))
    change = Withdrawn(
        **said(event, state, now),
        url=before.canonical_url,
        status=event.status,
        by=by,
        reason=event.said,
        purged=True if event.purge else None,
    )
    return Verdict(Outcome("withdrawn", now, article_id=state.article_id, change_id=change.id), state, change)
