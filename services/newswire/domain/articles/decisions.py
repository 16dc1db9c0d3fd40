"""The result of a batch: each decision is added to it, and to what the next one in the batch knows. No I/O."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from newswire.domain.articles.before import AsKnown
from newswire.domain.articles.decide import comparable
from newswire.domain.articles.grounds import EQUAL
from newswire.domain.articles.hosts.habits import PageLook
from newswire.domain.articles.near_duplicates.stored import StoredTexts, published
from newswire.domain.articles.recorded import RecordedChange, recorded
from newswire.domain.articles.relink import LinkMove
from newswire.domain.articles.twins import published_as
from newswire.domain.articles.verdict import ArticleState, Twin, Verdict
from newswire.domain.ledger import Outcome, OutcomeKind
from newswire.events import (
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


@dataclass(frozen=True, slots=True)
class HostLook:
    """One look at a page of a host, and the event that told it."""

    event_id: UUID
    host: str
    look: PageLook


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
    looks: list[HostLook] = field(default_factory=list)
    """In the order of arrival: what the batch taught about hosts."""
    former: dict[UUID, ArticleState] = field(default_factory=dict)
    """By article id: how those of ``moved`` that were known stood before the batch."""
    links: list[LinkMove] = field(default_factory=list)
    """Changes of links of other articles, which the batch caused."""
    verdicts: list[tuple[ArticleEvent, Verdict]] = field(default_factory=list)
    """Every decision, in the order of arrival."""
    caused: dict[UUID, UUID] = field(default_factory=dict)
    """By change id: the event that caused a change of another article."""

    def tell_moves(self, moves: Iterable[LinkMove]) -> None:
        """Add the changes of articles whose link changed without their text; they come after the batch's own."""
        for move in moves:
            self.links.append(move)
            record = recorded(move.change, move.cause.traceparent)
            self.changes.append((move.change, record))
            self.caused[move.change.id] = move.cause.event_id
            self.told.append(record)

    def kinds(self) -> list[OutcomeKind]:
        """The kind of each decision's outcome."""
        return [verdict.outcome.kind for _, verdict in self.verdicts]

    def fresh(self) -> set[UUID]:
        """The articles that were unknown before the batch, however often the batch changes them."""
        return self.moved.keys() - self.former.keys()

    def drop(self, events: Collection[UUID]) -> None:
        """Take back the decisions on these events, before anything of the batch is written.

        All events about one article, text or address are dropped together: see `newswire.domain.articles.footprints`.
        """
        dropped = [(event, verdict) for event, verdict in self.verdicts if event.id in events]
        of_articles = {verdict.state.article_id for _, verdict in dropped if verdict.state is not None}
        untold = {record.change_id for change, record in self.changes if change.article_id in of_articles}
        for event, _ in dropped:
            self.outcomes.pop(event.entry_id, None)
        for article_id in of_articles:
            self.moved.pop(article_id, None)
            self.former.pop(article_id, None)
            self.texts.pop(article_id, None)
        self.verdicts = [each for each in self.verdicts if each[0].id not in events]
        self.looks = [each for each in self.looks if each.event_id not in events]
        self.changes = [each for each in self.changes if each[1].change_id not in untold]
        self.told = [record for record in self.told if record.change_id not in untold]
        self.originals = {text: each for text, each in self.originals.items() if each not in of_articles}
        self.urls = {url: each for url, each in self.urls.items() if each not in of_articles}
        if self.known.texts is not None:
            self.known.texts.drop(of_articles, events)


def stand(made: Decisions, event: ArticleEvent, state: ArticleState) -> None:
    """Note how an article stands after an event, and the addresses that lead to it."""
    known = made.known
    before = known.states.get(state.article_id)
    if before != state:
        if before is not None and state.article_id not in made.moved:
            made.former[state.article_id] = before
        known.states[state.article_id] = made.moved[state.article_id] = state
    for url in addresses(event, known.urls.get(event.entry_id)):
        if len(url.encode()) <= URL_BYTES:
            made.urls.setdefault(url, state.article_id)


def addresses(event: ArticleEvent, found_under: str | None) -> Iterator[str]:
    """The addresses that lead to the event's article; ``found_under`` is the entry's own."""
    if isinstance(event, ArticleExtracted):
        article = event.article
        yield article.canonical_url
        yield article.url
        if article.http is not None:
            yield article.http.final_url
    if found_under is not None:
        yield found_under


def tell(made: Decisions, change: Change, traceparent: str | None) -> RecordedChange:
    """Add a change to the batch, with its text for the articles that come after it; returns the recorded change."""
    record = recorded(change, traceparent)
    made.changes.append((change, record))
    _drop_lost_texts(made.known, change)
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


def _drop_lost_texts(known: AsKnown, change: Change) -> None:
    """Link nothing to a text that was withdrawn; nor, where texts are compared, to one that its article has no more."""
    article_id = change.article_id
    lost: Iterable[str] = ()
    if isinstance(change, Withdrawn):
        lost = [text for text, twin in known.originals.items() if twin.article_id == article_id]
    elif (
        known.texts is not None
        and isinstance(change, Revised | Duplicate)
        and (former := known.before.get(article_id)) is not None
    ):
        twin = known.originals.get(former.content_hash)
        if former.content_hash != change.article.content_hash and twin is not None and twin.article_id == article_id:
            lost = [former.content_hash]
    for text in lost:
        del known.originals[text]


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
