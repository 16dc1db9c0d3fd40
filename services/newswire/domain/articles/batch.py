"""A batch of arrivals decided one after the other, each seeing what the ones before it changed. No I/O."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from newswire.domain.articles.before import AsKnown, PastDecisions
from newswire.domain.articles.claims import own_id, told_apart
from newswire.domain.articles.decide import comparable
from newswire.domain.articles.grounds import EQUAL
from newswire.domain.articles.hosts.habits import NO_HABITS, HostHabits
from newswire.domain.articles.moves import may_be, moved_onto
from newswire.domain.articles.near_duplicates.stored import Signed, StoredTexts, published, sign_event
from newswire.domain.articles.recorded import Arrival, RecordedChange, recorded
from newswire.domain.articles.relink import LinkMove
from newswire.domain.articles.twins import came_later, not_taken_over, published_as
from newswire.domain.articles.verdict import ArticleState, Decide, Known, Twin
from newswire.domain.ledger import Outcome
from newswire.events import (
    EDITOR,
    Article,
    ArticleEvent,
    ArticleExtracted,
    Change,
    Duplicate,
    Published,
    Revised,
    Withdrawn,
)

URL_BYTES: Final = 2_000
"""A longer address does not fit into Postgres's index; such an article is found by its canonical URL alone."""


def article_id_in(event: ArticleEvent) -> UUID:
    """The id of the article that an event names."""
    return event.article.article_id if isinstance(event, ArticleExtracted) else event.article_id


def article_ids_in(event: ArticleEvent, found_under: str | None = None) -> tuple[UUID, ...]:
    """The ids of all articles that an event may be about.

    They are the id that the event names, the id that the address of its page gives, and the ids of articles whose page
    may have moved to that address.
    """
    own = own_id(event)
    named = (article_id_in(event), *may_be(event, found_under))
    return named if own is None else (*named, own)


def host_of(url: str) -> str:
    """The host that answers for an address, with its port."""
    return urlsplit(url).netloc


@dataclass(slots=True)
class Decisions:
    """What a batch leaves to write, and to publish."""

    known: AsKnown
    told: list[RecordedChange] = field(default_factory=list)
    """Every change that belongs to the batch, in order of arrival, recorded earlier or now."""
    changes: list[tuple[Change, RecordedChange]] = field(default_factory=list)
    """The new ones."""
    outcomes: dict[UUID, Outcome] = field(default_factory=dict)
    """By entry id."""
    moved: dict[UUID, ArticleState] = field(default_factory=dict)
    """By article id: the articles that stand otherwise than before."""
    texts: dict[UUID, Article] = field(default_factory=dict)
    """By article id: the newest text, of those that have a new one."""
    originals: dict[str, UUID] = field(default_factory=dict)
    """By content hash: texts that nobody carried before."""
    urls: dict[str, UUID] = field(default_factory=dict)
    """Addresses that lead to an article."""
    habits: dict[str, HostHabits] = field(default_factory=dict)
    """By host: the habits of those that the batch taught something about."""
    caused: dict[UUID, UUID] = field(default_factory=dict)
    """By change id: the event that caused a change of another article."""

    def tell_moves(self, moves: Iterable[LinkMove]) -> None:
        """Add the changes of articles whose link changed without their text; they come after the batch's own."""
        for move in moves:
            record = recorded(move.change, move.cause.traceparent)
            self.changes.append((move.change, record))
            self.caused[move.change.id] = move.cause.event_id
            self.told.append(record)


def decide_all(
    arrivals: Sequence[Arrival], past: PastDecisions, known: AsKnown, decide: Decide, now: datetime
) -> Decisions:
    """Run ``decide`` over what is new of a batch."""
    made = Decisions(known)
    for arrival in arrivals:
        event = _of_article(arrival.event, known)
        if event.entry_id not in past.settled and event.id not in past.recorded:
            verdict = decide(event, _known(event, known), now)
            made.outcomes[event.entry_id] = verdict.outcome
            if verdict.outcome.kind != "rejected":
                past.settled.add(event.entry_id)
            if verdict.habits is not None:
                host = _host(event, known)
                known.habits[host] = made.habits[host] = verdict.habits
            if verdict.state is not None:
                _stand(made, event, verdict.state)
            if verdict.change is not None:
                past.recorded[event.id] = _tell(made, verdict.change, arrival.traceparent)
        if event.id in past.recorded:
            made.told.append(past.recorded[event.id])
        made.told += past.caused.get(event.id, ())
    return made


def _of_article(event: ArticleEvent, known: AsKnown) -> ArticleEvent:
    """The event under the id of the article that it is about; an event may name another id."""
    event = told_apart(event, known.states)
    return moved_onto(
        event,
        known.states,
        known.before,
        found_under=known.urls.get(event.entry_id),
        lives_here=known.lives.get(event.article.canonical_url) if isinstance(event, ArticleExtracted) else None,
    )


def _host(event: ArticleEvent, known: AsKnown) -> str:
    state = known.states.get(article_id_in(event))
    url = state.url if state else event.article.url if isinstance(event, ArticleExtracted) else ""
    return host_of(url)


def _known(event: ArticleEvent, known: AsKnown) -> Known:
    article_id = article_id_in(event)
    twin = None
    if isinstance(event, ArticleExtracted) and comparable(event.article):
        twin = known.originals.get(event.article.content_hash)
        if twin is not None and twin.article_id == article_id:
            twin = None
        if twin is None or twin.by_copy or (known.texts is not None and came_later(twin, event)):
            twin = _near(event, known) or not_taken_over(twin, event, known)
    state = known.states.get(article_id)
    if state is not None and state.linked_by == EDITOR:
        twin = known.pinned.get(article_id)
    habits = known.habits.get(_host(event, known), NO_HABITS)
    return Known(state, twin, known.before.get(article_id), habits)


def signed_events(events: Iterable[ArticleEvent]) -> dict[UUID, Signed]:
    """By event id: the signatures of the texts that are long enough to be compared."""
    return {
        event.id: sign_event(event)
        for event in events
        if isinstance(event, ArticleExtracted) and comparable(event.article)
    }


def undecided(events: Iterable[ArticleEvent], known: AsKnown) -> dict[UUID, UUID]:
    """The events for which `decide_all` may look for near-duplicates: the article id of each, by event id."""
    return {
        event.id: event.article.article_id
        for event in events
        if isinstance(event, ArticleExtracted) and _has_news(event, known) and _without_equal(event, known)
    }


def _has_news(event: ArticleExtracted, known: AsKnown) -> bool:
    """Whether the article is new, its text differs from the stored one, or it returns after a withdrawal."""
    state = known.states.get(event.article.article_id)
    return state is None or state.kind == "withdrawn" or state.text_hash != event.article.text_hash


def _without_equal(event: ArticleExtracted, known: AsKnown) -> bool:
    twin = known.originals.get(event.article.content_hash)
    other = twin is not None and twin.article_id != event.article.article_id
    return twin is None or not other or twin.by_copy or came_later(twin, event)


def _near(event: ArticleExtracted, known: AsKnown) -> Twin | None:
    """The original that an article reprints with other words."""
    if known.texts is None or not _has_news(event, known):
        return None
    found = known.texts.nearest(event)
    return Twin(UUID(found[0].text.article_id), found[0].url, found[1]) if found else None


def _stand(made: Decisions, event: ArticleEvent, state: ArticleState) -> None:
    known = made.known
    if known.states.get(state.article_id) != state:
        known.states[state.article_id] = made.moved[state.article_id] = state
    for url in _addresses(event, known.urls.get(event.entry_id)):
        if len(url.encode()) <= URL_BYTES:
            made.urls.setdefault(url, state.article_id)


def _addresses(event: ArticleEvent, found_under: str | None) -> Iterator[str]:
    if isinstance(event, ArticleExtracted):
        article = event.article
        yield article.canonical_url
        yield article.url
        if article.http is not None:
            yield article.http.final_url
    if found_under is not None:
        yield found_under


def _tell(made: Decisions, change: Change, traceparent: str | None) -> RecordedChange:
    record = recorded(change, traceparent)
    made.changes.append((change, record))
    if isinstance(change, Published | Revised | Duplicate):
        made.texts[change.article_id] = made.known.before[change.article_id] = change.article
        _originate(made, change, change.article)
    if made.known.texts is not None:
        _keep_text(made.known.texts, change)
    return record


def _keep_text(texts: StoredTexts, change: Change) -> None:
    match change:
        case Published():
            texts.stand(change.article, change.source_event_id, change.article_id)
        case Revised():
            texts.shaken[change.article_id] = change.source_event_id
            texts.stand(change.article, change.source_event_id, change.article_id)
        case Duplicate():
            texts.stand(change.article, change.source_event_id, change.duplicate_of.article_id)
        case Withdrawn():
            texts.shaken[change.article_id] = change.source_event_id
            texts.withdraw(change.article_id)
        case _:
            pass  # a link alone changes no text


def _originate(made: Decisions, change: Change, article: Article) -> None:
    if not comparable(article) or article.content_hash in made.known.originals:
        return
    twin = Twin(change.article_id, article.canonical_url, published=published(article))
    if isinstance(change, Duplicate):
        near = change.duplicate_of.evidence != EQUAL
        twin = Twin(
            change.duplicate_of.article_id,
            change.duplicate_of.url,
            by_copy=near,
            published=published_as(change, made.known.texts),
        )
    made.known.originals[article.content_hash] = twin
    made.originals[article.content_hash] = change.article_id
