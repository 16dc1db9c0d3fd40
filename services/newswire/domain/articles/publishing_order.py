"""Which changes of an article can overtake its earlier ones on the way to the topic."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from pydantic_core import from_json

from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.articles.withdrawal import OPERATOR

LINK_KINDS: Final = frozenset({"relinked", "unlinked"})
"""Changes of a link: another article's event causes them, or an editor."""


def by_another(change: RecordedChange) -> bool:
    """Whether another process may publish this change than the process that publishes the article's other changes."""
    if change.kind == "withdrawn":
        return bool(from_json(change.value).get("by") == OPERATOR)  # by a command
    return change.kind in LINK_KINDS


def behind_earlier(
    told: Sequence[RecordedChange], of_articles: Mapping[UUID, Sequence[RecordedChange]]
) -> tuple[RecordedChange, ...]:
    """The changes, each behind the earlier ones of its article, and each once.

    ``of_articles`` holds all changes of some articles, by article id, in the order of their revisions.
    """
    ordered: dict[UUID, RecordedChange] = {}
    for each in told:
        for former in of_articles.get(each.article_id, ()):
            if former.change_id == each.change_id:
                break
            ordered.setdefault(former.change_id, former)
        ordered.setdefault(each.change_id, each)
    return tuple(ordered.values())
