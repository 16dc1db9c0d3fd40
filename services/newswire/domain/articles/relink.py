"""Links that change although no text does: an original was found later, an original went away, an editor decided.

Pure: the function gets the state of an article and its new original; it returns the new state and the change.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from newswire.domain.articles.grounds import link_to
from newswire.domain.articles.said import change_id_of
from newswire.domain.articles.verdict import ArticleState, Twin
from newswire.errors import UsageError
from newswire.events import EDITOR, RULE, Relinked, Unlinked


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that made links change, and the trace that it belongs to."""

    event_id: UUID
    entry_id: UUID
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class LinkMove:
    """An article as it stands after its link changed, and the change that says so."""

    state: ArticleState
    change: Relinked | Unlinked
    cause: Cause


def overruled(state: ArticleState, root: ArticleState | None) -> ArticleState:
    """The article as an editor wants it: linked to ``root``, or to none. Raises `UsageError` where that cannot be."""
    if state.kind == "withdrawn" or (root is not None and root.kind == "withdrawn"):
        raise UsageError("a withdrawn article has no links")
    if root is not None and root.article_id == state.article_id:
        raise UsageError("an article is no duplicate of itself")
    return replace(
        state,
        kind="published" if root is None else "duplicate",
        duplicate_of=None if root is None else root.article_id,
        linked_by=EDITOR,
    )


def moved(
    before: ArticleState,
    twin: Twin | None,
    cause: Cause,
    now: datetime,
    decided_by: str = RULE,
    *,
    previous: UUID | None = None,
) -> LinkMove:
    """Link an article to another original, or to none when ``twin`` is None.

    ``previous`` is the original before, where ``before`` does not say so.
    """
    state = replace(
        before,
        kind="published" if twin is None else "duplicate",
        duplicate_of=None if twin is None else twin.article_id,
        revision=before.revision + 1,
        changed_at=now,
    )
    said = {
        "id": change_id_of(state),
        "article_id": state.article_id,
        "revision": state.revision,
        "entry_id": cause.entry_id,
        "source_event_id": cause.event_id,
        "at": now,
        "url": state.canonical_url,
        "previous": previous if decided_by == EDITOR else before.duplicate_of,
        "decided_by": decided_by,
    }
    change = (
        Unlinked.model_validate(said)
        if twin is None
        else Relinked.model_validate({**said, "duplicate_of": link_to(twin)})
    )
    return LinkMove(state, change, cause)
