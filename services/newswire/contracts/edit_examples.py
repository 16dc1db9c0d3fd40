"""Examples of edits, tombstones and purges: see `newswire.contracts.examples`."""

from datetime import UTC, datetime

from newswire.events import ArticleGone, EntryFound, Passage, Revised, RevisionDifference, Withdrawn, stable_id


def deleted(recheck: EntryFound, entry: EntryFound) -> EntryFound:
    """An entry that its feed took away."""
    return recheck.model_copy(
        update={
            "id": stable_id("tombstone", entry.id),
            "feed": entry.feed,
            "fingerprint": "tombstone 2026-03-02T09:00:00+00:00",
            "deleted_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
            "validators": None,
        }
    )


def deleted_event(gone: ArticleGone, entry: EntryFound) -> ArticleGone:
    """The article event that such an entry becomes."""
    entry_id = stable_id("tombstone", entry.id)
    return gone.model_copy(update={"id": stable_id("article-event", entry_id), "entry_id": entry_id, "by": "feed"})


def compared(revised: Revised) -> Revised:
    """A revision that shows what changed."""
    return revised.model_copy(
        update={
            "id": stable_id("change", revised.article_id, 4),
            "revision": 4,
            "difference": RevisionDifference(
                fields=("title",),
                material=True,
                added_words=3,
                removed_words=0,
                passages=(Passage(added="after ten days"),),
                algorithm="word-diff/1",
            ),
        }
    )


def purged(withdrawn: Withdrawn) -> Withdrawn:
    """A withdrawal by the operator, who had the text erased."""
    return withdrawn.model_copy(
        update={
            "id": stable_id("change", withdrawn.article_id, 5),
            "revision": 5,
            "by": "operator",
            "reason": "A court ordered it.",
            "purged": True,
        }
    )
