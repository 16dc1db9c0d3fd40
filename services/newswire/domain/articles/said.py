"""What every change says, whatever its kind; and the verdict that nothing changed."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from newswire.domain.articles.verdict import ArticleState, Verdict
from newswire.domain.ledger import Outcome
from newswire.events import ArticleEvent, stable_id


class Said(TypedDict):
    """The fields that all changes have."""

    id: UUID
    article_id: UUID
    revision: int
    entry_id: UUID
    source_event_id: UUID
    at: datetime


def said(event: ArticleEvent, state: ArticleState, now: datetime) -> Said:
    """The fields of the change that ``event`` makes, after which the article stands as ``state``."""
    return {
        "id": change_id_of(state),
        "article_id": state.article_id,
        "revision": state.revision,
        "entry_id": event.entry_id,
        "source_event_id": event.id,
        "at": now,
    }


def change_id_of(state: ArticleState) -> UUID:
    """A change is its article and its revision."""
    return stable_id("change", state.article_id, state.revision)


def unchanged(state: ArticleState, reason: str, now: datetime) -> Verdict:
    """Nothing is told; ``reason`` says why."""
    return Verdict(Outcome("unchanged", now, reason, article_id=state.article_id), state)
