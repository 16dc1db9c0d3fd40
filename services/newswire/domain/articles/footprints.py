"""What the decision on an event read, and what a batch wrote, as numbers: who may disturb whom.

A batch is decided on what is stored while others record theirs. The decision on an event stands when none of them wrote
what it read (backward validation, Kung and Robinson 1981). Two things can have one number by chance: then a decision is
made again, and comes to the same. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID
from zlib import crc32

from newswire.domain.articles.batch import article_ids_in, host_of
from newswire.domain.articles.before import AsKnown
from newswire.domain.articles.decisions import Decisions, addresses
from newswire.domain.articles.verdict import ArticleState
from newswire.events import ArticleEvent, ArticleExtracted, ArticleGone

_PRIME: Final = 4_294_967_291
"""The largest below 2^32: numbers have 32 bits, and each bit of an id or a key counts."""


def footprints(events: Sequence[ArticleEvent], known: AsKnown) -> dict[UUID, frozenset[int]]:
    """By event id: the numbers of all that the decision on the event reads, and of the addresses that it writes.

    ``known`` is as it was loaded: before any event of the batch was decided.
    """
    return {event.id: frozenset((*_ids(event, known), *_words(event, known), *_keys(event, known))) for event in events}


def _ids(event: ArticleEvent, known: AsKnown) -> Iterator[int]:
    twin = known.originals.get(event.article.content_hash) if isinstance(event, ArticleExtracted) else None
    lives = known.lives.get(event.article.canonical_url) if isinstance(event, ArticleExtracted) else None
    own = [*article_ids_in(event, known.urls.get(event.entry_id)), *([lives] if lives else [])]
    linked = (known.states[each].duplicate_of for each in own if each in known.states)
    near = known.texts.hits.get(event.id, ()) if known.texts else ()
    yield from map(_of_look, own)
    yield from map(_of_id, (event.entry_id, *own, *([twin.article_id] if twin else []), *filter(None, linked), *near))


def _words(event: ArticleEvent, known: AsKnown) -> Iterator[int]:
    yield from map(_of_word, addresses(event, known.urls.get(event.entry_id)))
    if isinstance(event, ArticleExtracted):
        yield _of_word(event.article.content_hash)
    if isinstance(event, ArticleGone):
        # A page that is gone is believed by how its host answers. Else a host's habits only say when to look again.
        yield from (_of_host(state.url) for state in [known.states.get(event.article_id)] if state)


def _keys(event: ArticleEvent, known: AsKnown) -> Iterator[int]:
    signed = known.texts.signed.get(event.id) if known.texts else None
    return (key % _PRIME for key in (signed.keys if signed else ()))


def _of_id(each: UUID) -> int:
    return each.int % _PRIME


def _of_look(article_id: UUID) -> int:
    """The number of what a look at an article without a change writes: only decisions on that article read it."""
    return (article_id.int + 1) % _PRIME


def _of_word(word: str) -> int:
    return crc32(word.encode())


def _of_host(url: str) -> int:
    return _of_word(f"host {host_of(url)}")


def written(made: Decisions) -> set[int] | None:
    """The numbers of all that a batch writes; None where other articles become originals: their keys are not known."""
    links = made.links
    if any(each.state.duplicate_of is None for each in links):
        return None
    changed = {change.article_id for change, _ in made.changes}  # those of links among them
    numbers = set(map(_of_id, (*made.outcomes, *changed)))
    numbers.update(map(_of_look, (*made.moved, *changed)))
    numbers.update(_of_id(each.change.previous) for each in links if each.change.previous is not None)
    numbers.update(map(_of_word, (*made.urls, *made.originals)))
    for state in (*made.former.values(), *made.moved.values(), *(each.state for each in links)):
        if state.article_id in changed:
            numbers.update(_of_state(state))
    numbers.update(_of_word(f"host {each.host}") for each in made.looks)
    for keys in made.known.texts.keys_of.values() if made.known.texts else ():
        numbers.update(key % _PRIME for key in keys)
    return numbers


def _of_state(state: ArticleState) -> Iterator[int]:
    yield _of_word(state.content_hash)
    if state.duplicate_of is not None:
        yield _of_id(state.duplicate_of)


def disturbed(prints: Mapping[UUID, frozenset[int]], others: Collection[int] | None) -> set[UUID]:
    """The events that have to be decided again after others wrote these numbers; None: they may have written anything.

    With them go the events of the batch that share a number with one of them, as their decisions build on each other.
    """
    if others is None:
        return set(prints)
    theirs = frozenset(others)
    again = {each for each, numbers in prints.items() if not numbers.isdisjoint(theirs)}
    grown = again
    while grown:
        touched = _union(prints[each] for each in grown)
        grown = {each for each, numbers in prints.items() if each not in again and not numbers.isdisjoint(touched)}
        again |= grown
    return again


def _union(sets: Iterable[frozenset[int]]) -> set[int]:
    return set().union(*sets)
