"""The story of one address as JSON rows, in the order in which it happened."""

from collections.abc import Iterator

from newswire.domain.archive.index import IndexLine
from newswire.domain.articles.near_duplicates.sentences import shared_sentences
from newswire.events import Duplicate, Published, Relinked, Revised, Unlinked
from newswire.operations.explain import OpenGap
from newswire.ports import ComparedArticles, EntryLine, UrlHistory


def story_lines(story: UrlHistory) -> Iterator[dict[str, object]]:
    """One row for each fact: entries with their outcomes, changes, dead letters, and the article as it is now."""
    for line in story.entries:
        yield _entry(line)
    for change in story.changes:
        row: dict[str, object] = {
            "what": change.kind,
            "at": change.at.isoformat(),
            "article_id": str(change.article_id),
            "revision": change.revision,
            "change_id": str(change.id),
            "entry_id": str(change.entry_id),
        }
        if isinstance(change, Published | Revised | Duplicate):
            row |= {"title": change.article.title, "words": change.article.word_count}
        if isinstance(change, Relinked | Unlinked):
            row |= {"previous": str(change.previous) if change.previous else None, "decided_by": change.decided_by}
        if isinstance(change, Duplicate | Relinked):
            row["duplicate_of"] = change.duplicate_of.model_dump(mode="json")
        yield row
    for dead in story.dead:
        letter = dead.letter
        yield {
            "what": "dead letter",
            "at": letter.failed_at.isoformat(),
            "id": str(letter.id),
            "entry_id": str(letter.entry_id) if letter.entry_id else None,
            "stage": letter.stage,
            "reason": letter.reason,
            "message": letter.message,
            "attempts": letter.attempts,
            "retried_at": dead.retried_at.isoformat() if dead.retried_at else None,
        }
    if story.folded_rechecks:
        yield {"what": "folded re-checks", "count": story.folded_rechecks}
    if story.article is not None:
        article = story.article
        yield {
            "what": "article",
            "article_id": str(article.article_id),
            "now": article.kind,
            "revision": article.revision,
            "url": article.url,
            "title": article.title,
            "duplicate_of": str(article.duplicate_of) if article.duplicate_of else None,
        }


def link_line(found: ComparedArticles, *, sentences: bool) -> dict[str, object]:
    """A row for an article that this one was compared with, on request with the sentences that they share."""
    row: dict[str, object] = {
        "what": "compared",
        "at": found.at.isoformat(),
        "other": found.other_url,
        "article_id": str(found.other_id),
        "relation": found.relation,
        "reason": found.reason,
        "score": found.score,
        "shared_words": found.shared_words,
        "algorithm": found.algorithm,
    }
    return row | {"sentences": list(shared_sentences(found.text, found.other_text))} if sentences else row


def page_line(found: IndexLine) -> dict[str, object]:
    """A row for a raw page in the archive: `file`, and the bytes of its record there."""
    return {
        "what": "page",
        "at": found.fetched_at.isoformat(),
        "entry_id": str(found.entry_id),
        "url": found.url,
        "file": found.place.file,
        "offset": found.place.offset,
        "length": found.place.length,
        "digest": found.digest,
        "same_body_as": {"file": found.body.file, "offset": found.body.offset} if found.body else None,
    }


def gap_line(found: OpenGap) -> dict[str, object]:
    """A row for an open gap in a feed: an address that never came may have been in it."""
    gap = found.gap
    return {
        "what": "gap",
        "at": gap.at.isoformat(),
        "gap_id": str(gap.id),
        "feed": found.feed_url,
        "since": gap.since.isoformat(),
        "until": gap.until.isoformat(),
    }


def _entry(line: EntryLine) -> dict[str, object]:
    sighting, outcome = line.sighting, line.outcome
    row: dict[str, object] = {
        "what": "entry",
        "at": sighting.found_at.isoformat(),
        "entry_id": str(sighting.entry_id),
        "reason": sighting.reason,
        "feed_id": str(sighting.feed_id) if sighting.feed_id else None,
        "url": sighting.url,
        "title": sighting.title,
    }
    if sighting.follows is not None:
        return row | {"outcome": "follows", "follows": str(sighting.follows)}
    if outcome is None:
        return row | {"outcome": "on its way"}
    return row | {
        "outcome": outcome.kind,
        "why": outcome.reason,
        "article_id": str(outcome.article_id) if outcome.article_id else None,
        "duplicate_of": str(outcome.duplicate_of) if outcome.duplicate_of else None,
    }
