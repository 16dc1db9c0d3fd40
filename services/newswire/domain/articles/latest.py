"""The latest state of an article, from its newest change."""

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from newswire.events import Article, Change, Duplicate, LatestArticle, Relinked, Unlinked, Withdrawn, stable_id

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


def latest(change: bytes, text: Mapping[str, object] | None, position: int, epoch: str) -> LatestArticle | None:
    """The state that the newest change, as it was recorded, left behind; None where the article was purged.

    ``text`` is the newest text as it is stored, for the changes that bring none.
    """
    newest = _CHANGE.validate_json(change)
    if isinstance(newest, Withdrawn) and newest.purged:
        return None
    return state_of(newest, _kept(text), position, epoch)


def state_of(newest: Change, text: Article | None, position: int, epoch: str) -> LatestArticle:
    """The state that a change leaves behind. It has the same id and the same bytes each time."""
    withdrawn = isinstance(newest, Withdrawn)
    link = newest.duplicate_of if isinstance(newest, Duplicate | Relinked) else None
    return LatestArticle(
        id=stable_id("latest", newest.id, epoch),
        article_id=newest.article_id,
        revision=newest.revision,
        position=position,
        epoch=epoch,
        state="withdrawn" if withdrawn else "published" if link is None else "duplicate",
        withdrawn=withdrawn,
        duplicate_of=link,
        change_id=newest.id,
        entry_id=newest.entry_id,
        at=newest.at,
        article=text if isinstance(newest, Withdrawn | Relinked | Unlinked) else newest.article,
    )


def _kept(text: Mapping[str, object] | None) -> Article | None:
    """The stored text; None where what is stored is no article any more."""
    try:
        return None if text is None else Article.model_validate(text)
    except ValidationError:
        return None
