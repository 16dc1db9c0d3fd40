"""Decides a batch of arrivals one after the other; each decision sees the changes of those before it. No I/O."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from newswire.domain.articles.before import AsKnown, PastDecisions
from newswire.domain.articles.claims import own_id, told_apart
from newswire.domain.articles.decide import comparable
from newswire.domain.articles.decisions import Decisions, HostLook, stand, tell
from newswire.domain.articles.hosts.habits import NO_HABITS, after_look
from newswire.domain.articles.moves import may_be, moved_onto
from newswire.domain.articles.near_duplicates.stored import Signed, sign_event
from newswire.domain.articles.recorded import Arrival
from newswire.domain.articles.twins import came_later, not_taken_over
from newswire.domain.articles.verdict import Decide, Known, Twin
from newswire.events import EDITOR, ArticleEvent, ArticleExtracted

_HOSTS: Final = 1024
"""The addresses of a batch are asked for again and again."""


def article_id_in(event: ArticleEvent) -> UUID:
    """The id of the article that an event names."""
    return event.article.article_id if isinstance(event, ArticleExtracted) else event.article_id


def looked_at(event: ArticleEvent) -> UUID:
    """The article that was looked at, should the event be about a look at a known one."""
    asked = event.recheck_of if isinstance(event, ArticleExtracted) else None
    return asked or article_id_in(event)


def article_ids_in(event: ArticleEvent, found_under: str | None = None) -> tuple[UUID, ...]:
    """The ids of all articles that an event may be about.

    They are the id that the event names, the id that the address of its page gives, and the ids of articles whose page
    may have moved to that address.
    """
    own = own_id(event)
    named = (article_id_in(event), *may_be(event, found_under))
    return named if own is None else (*named, own)


@lru_cache(maxsize=_HOSTS)
def host_of(url: str) -> str:
    """The host that answers for an address, with its port."""
    return urlsplit(url).netloc


def decide_all(
    arrivals: Sequence[Arrival], past: PastDecisions, known: AsKnown, decide: Decide, now: datetime
) -> Decisions:
    """Run ``decide`` over what is new of a batch."""
    made = Decisions(known)
    for arrival in arrivals:
        event = _of_article(arrival.event, known)
        if event.entry_id not in past.settled and event.id not in past.recorded:
            verdict = decide(event, _known(event, known), now)
            made.verdicts.append((event, verdict))
            made.outcomes[event.entry_id] = verdict.outcome
            if verdict.outcome.kind != "rejected":
                past.settled.add(event.entry_id)
            if verdict.look is not None:
                host = _host(event, known)
                known.habits[host] = after_look(known.habits.get(host, NO_HABITS), verdict.look)
                made.looks.append(HostLook(event.id, host, verdict.look))
            if verdict.state is not None:
                stand(made, event, verdict.state)
            if verdict.change is not None:
                past.recorded[event.id] = tell(made, verdict.change, arrival.traceparent)
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
        if twin is None or _needs_texts(twin, event, known):
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


def undecided(events: Sequence[ArticleEvent], known: AsKnown) -> set[UUID]:
    """The ids of the events for which `decide_all` may look for near-duplicates.

    Events before it in the batch may give its article another text, or take the equal text away from the article that
    has it: then it is among them, too.
    """
    named = Counter(chain.from_iterable({*article_ids_in(each, known.urls.get(each.entry_id))} for each in events))
    return {
        event.id
        for event in events
        if isinstance(event, ArticleExtracted)
        and (named[event.article.article_id] > 1 or _has_news(event, known))
        and (_without_equal(event, known) or known.originals[event.article.content_hash].article_id in named)
    }


def _has_news(event: ArticleExtracted, known: AsKnown) -> bool:
    """Whether the article is new, its text differs from the stored one, or it returns after a withdrawal."""
    state = known.states.get(event.article.article_id)
    return state is None or state.kind == "withdrawn" or state.text_hash != event.article.text_hash


def _without_equal(event: ArticleExtracted, known: AsKnown) -> bool:
    twin = known.originals.get(event.article.content_hash)
    if twin is None or twin.article_id == event.article.article_id:
        return True
    return _needs_texts(twin, event, known)


def _needs_texts(twin: Twin, event: ArticleExtracted, known: AsKnown) -> bool:
    """Whether an equal text alone does not say where the article belongs.

    A revision never makes an original or a withdrawn article a duplicate; that is left to the decision on its story.
    """
    state = known.states.get(event.article.article_id)
    stands_alone = state is not None and state.kind != "duplicate"
    return stands_alone or twin.by_copy or came_later(twin, event)


def _near(event: ArticleExtracted, known: AsKnown) -> Twin | None:
    """The original that an article reprints with other words."""
    if known.texts is None or not _has_news(event, known):
        return None
    found = known.texts.nearest(event)
    return Twin(UUID(found[0].text.article_id), found[0].url, found[1]) if found else None
