"""One address's story, told in the order in which it happened."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from newswire.domain.urls.canonical import registrable_domain
from newswire.events import CoverageGap, CoverageRestored, Withdrawn
from newswire.ports import EntryLine, Feeds, Ledger, Story


def story_lines(story: Story) -> Iterator[dict[str, object]]:
    """A row a fact: the entries with their outcomes, the changes, the dead letters, what the article is now."""
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
        if not isinstance(change, Withdrawn):
            row |= {"title": change.article.title, "words": change.article.word_count}
        if change.kind == "duplicate":
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


async def gap_lines(address: str, feeds: Feeds, ledger: Ledger) -> AsyncIterator[dict[str, object]]:
    """A row for every gap that is open in a feed of the address's site: what never came may have been in it."""
    for feed in await feeds.of_domain(_domain(address)):
        gaps: dict[UUID, CoverageGap] = {}
        async for recorded in ledger.feed_events(feed.id):
            if recorded.kind == "coverage-gap":
                gaps[recorded.event_id] = CoverageGap.model_validate_json(recorded.value)
            elif recorded.kind == "coverage-restored":
                gaps.pop(CoverageRestored.model_validate_json(recorded.value).gap_id, None)
        for gap in gaps.values():
            yield {
                "what": "gap",
                "at": gap.at.isoformat(),
                "gap_id": str(gap.id),
                "feed": feed.url,
                "since": gap.since.isoformat(),
                "until": gap.until.isoformat(),
            }


def _domain(address: str) -> str:
    try:
        return registrable_domain(address)
    except ValueError:
        return address


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
