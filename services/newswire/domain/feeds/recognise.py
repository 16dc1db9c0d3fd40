"""Which entries of a document are known although their ids, links or texts are new; and what a feed's habits are.

A form is what an entry says, and its address (`newswire.domain.feeds.entries.fingerprint`). Whatever id it comes
under, an entry whose form this feed has shown before is known. Where most entries of a document are unknown, they are
compared with earlier entries of the same title: an equal form but for the address shows which part of the address is
made anew.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urldefrag
from uuid import UUID

from newswire.domain.feeds.earlier import NOT_MET, Met, SeenEntry
from newswire.domain.feeds.entries import Identified, KnownEntry, digest, fingerprint, short_key
from newswire.domain.feeds.habits import NO_HABITS, Habits, Texts, masked, varying_params, without_tokens
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.shared_pages import full, page_of, with_own_address
from newswire.domain.text.normalize import normalize_line

FEW: Final = 3
_LESS: Final[dict[Texts, Texts]] = {"whole": "masked", "masked": "title", "title": "title"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document's entries, set against what this feed has shown before."""

    found: tuple[Identified, ...]
    """Keyed by what is stable in the feed."""
    known: Mapping[str, KnownEntry]
    """By key: with the forms that were known under other keys."""
    habits: Habits
    met: Met = NOT_MET
    hurry: tuple[str, ...] = ()
    """Addresses at which only a title was known and the entry says more now: their pages are to be looked at again."""
    new: int = 0
    """Entries that are news."""
    since: datetime | None = None
    """When the first of the entries that are known under other keys was found."""


def keyed(found: Sequence[Identified], habits: Habits, feed_id: UUID) -> tuple[Identified, ...]:
    """The entries with the keys, forms and addresses that ``habits`` asks for; as they are where it asks nothing."""
    return tuple(found) if habits == NO_HABITS else tuple(_keyed(one, habits, feed_id) for one in found)


def most_unknown(found: Sequence[Identified], known: Mapping[str, KnownEntry]) -> bool:
    """Whether so many entries are in no known form that a feed's habits are worth a look."""
    return 1 < len(found) < 2 * len(unsettled(found, known))


def unsettled(found: Sequence[Identified], known: Mapping[str, KnownEntry]) -> tuple[Identified, ...]:
    """The entries with an address whose form is not known under their key."""
    return tuple(one for one in found if one.url and not _settled(one, known))


def recognise(
    feed_id: UUID,
    found: Sequence[Identified],
    known: Mapping[str, KnownEntry],
    seen: Sequence[SeenEntry],
    habits: Habits,
) -> Recognised:
    """Set the entries against what was seen; pure.

    Args:
        feed_id: the feed's.
        found: the entries as `keyed` gives them.
        known: what is known of their keys.
        seen: earlier sightings of this feed: those at the addresses of the `unsettled` entries, and, where
            `most_unknown` holds, those with their titles.
        habits: what was known of the feed's habits.
    """
    open_ones = unsettled(found, known)
    here = {line.url for line in seen}
    pairs = _pairs(found, known, open_ones, seen, habits)
    moved = sum(1 for one in open_ones if one not in pairs and _forms(one, known, seen) > 1)
    learned = _learned(found, pairs, moved, habits)
    shared = {one: before for one, before in pairs.items() if _one_place(one, before, learned)}
    familiar = pairs if _most(pairs, found) else shared
    at_work = {line.url for line in seen if line.key in {one.key for one in found}}
    news = {
        one.key
        for one in found
        if one.key not in known and one not in familiar and (one.url not in here or one.url in at_work)
    }
    made = Recognised(
        tuple(found),
        known,
        learned,
        met=Met(edited=frozenset(one.url for one in open_ones if one.url in here and one.url)),
        new=len(news),
        since=min((before.found_at for before in familiar.values()), default=None),
    )
    return _under_new_keys(made, shared, feed_id, anew=learned != habits)


def _pairs(
    found: Sequence[Identified],
    known: Collection[str],
    open_ones: Sequence[Identified],
    seen: Sequence[SeenEntry],
    habits: Habits,
) -> dict[Identified, SeenEntry]:
    """By unsettled entry the sighting of the same words: at its address, or else elsewhere under the same title.

    An unknown key at a known address may say more than its title where nothing else was said before, as by a sitemap.
    A title that several entries of the document have proves nothing elsewhere.
    """
    at_url: defaultdict[str, list[SeenEntry]] = defaultdict(list)
    titled: defaultdict[str, list[SeenEntry]] = defaultdict(list)
    for line in seen:
        at_url[line.url].append(line)
        if line.title:
            titled[line.title].append(line)
    often = Counter(normalize_line(one.entry.title or "") for one in found)
    pairs: dict[Identified, SeenEntry] = {}
    for one in open_ones:
        title = normalize_line(one.entry.title or "")
        forms = {one.fingerprint}
        if one.key not in known:
            forms.add(_form(replace(one.entry, summary=None, content=None), one.url or "", habits))
        same = next((line for line in at_url.get(one.url or "", ()) if line.fingerprint in forms), None)
        if same is None and often[title] == 1:
            lines = titled.get(title, ())
            same = next((line for line in lines if _form(one.entry, line.url, habits) == line.fingerprint), None)
        if same is not None:
            pairs[one] = same
    return pairs


def _one_place(one: Identified, before: SeenEntry, learned: Habits) -> bool:
    """Whether the two addresses of the same words are one, by what was learned of the feed."""
    if one.url is None or one.url == before.url or (learned.by_words and one.entry.published is not None):
        return True
    if learned.ids_anew and page_of(one.url) == page_of(before.url):
        return True
    names = learned.token_params
    return bool(names) and without_tokens(one.url, names) == without_tokens(before.url, names)


def _under_new_keys(
    made: Recognised, pairs: Mapping[Identified, SeenEntry], feed_id: UUID, *, anew: bool
) -> Recognised:
    """The entries keyed anew where something was learned; what is paired counts as known under its key."""
    known, follows = dict(made.known), {}
    again: list[Identified] = []
    hurry: list[str] = []
    for one in made.found:
        now = _keyed(one, made.habits, feed_id) if anew else one
        before, was = pairs.get(one), known.get(one.key)
        leader = before.leader if before else was.leader if was and _settled(one, made.known) else None
        if (before or leader) and not _settled(now, known):
            there = known.get(now.key, KnownEntry(frozenset(), None, before.url if before else one.url))
            known[now.key] = replace(there, fingerprints=there.fingerprints | {now.fingerprint})
            says_more = before is not None and before.url == one.url and before.fingerprint != one.fingerprint
            if leader and (says_more or (anew and (before is None or before.url != one.url))):
                follows[now.key] = leader
            if says_more and one.url:
                hurry.append(one.url)
        again.append(now)
    if made.habits.token_params:
        again = [_at_first_address(one, known) for one in again]
    met = replace(made.met, follows=follows)
    return replace(made, found=tuple(again), known=known, met=met, hurry=tuple(dict.fromkeys(hurry)))


def _at_first_address(one: Identified, known: Mapping[str, KnownEntry]) -> Identified:
    """A known entry whose link holds another token stays where it was found: else an edit would be another article."""
    before = known.get(one.key)
    return replace(one, url=before.url) if before and before.url and one.url else one


def _keyed(one: Identified, habits: Habits, feed_id: UUID) -> Identified:
    entry = one.entry
    if one.url is None or entry.url is None:
        return one
    key = one.key
    if page_of(one.url) in habits.shared_pages and full(entry):
        key = _own_key(one, habits)
    elif habits.by_words and entry.title and entry.published:
        key = "words:" + digest(normalize_line(entry.title), entry.published.isoformat())
    elif habits.ids_anew or (habits.token_params and not entry.id):
        key = short_key(without_tokens(one.url, habits.token_params))
    made = with_own_address(replace(one, key=key), habits.shared_pages, feed_id)
    return replace(made, fingerprint=_form(entry, made.url or one.url, habits))


def _own_key(one: Identified, habits: Habits) -> str:
    """The key of an entry that shares its page: its id, or the fragment of its link, or its title."""
    if one.entry.id and not habits.ids_anew:
        return one.key
    fragment = urldefrag(one.entry.url or "").fragment
    return (
        short_key(f"{page_of(one.url or '')}#{fragment}")
        if fragment
        else "title:" + digest(normalize_line(one.entry.title or ""))
    )


def _form(entry: ParsedEntry, url: str, habits: Habits) -> str:
    """The fingerprint of what ``habits`` leaves to compare of an entry at ``url``."""
    if habits.texts != "whole":
        texts = (None, None) if habits.texts == "title" else (masked(entry.summary), masked(entry.content))
        entry = replace(entry, title=masked(entry.title), summary=texts[0], content=texts[1])
    if habits.by_words and entry.published:
        return fingerprint(replace(entry, url=None), None)
    return fingerprint(entry, without_tokens(url, habits.token_params))


def _settled(one: Identified, known: Mapping[str, KnownEntry]) -> bool:
    before = known.get(one.key)
    return before is not None and one.fingerprint in before.fingerprints


def _most(pairs: Collection[Identified], found: Sequence[Identified]) -> bool:
    return len(pairs) > 1 and len(found) < 2 * len(pairs)


def _forms(one: Identified, known: Mapping[str, KnownEntry], seen: Sequence[SeenEntry]) -> int:
    """How many earlier forms of the entry are known: an edit makes the second one, only a moving text a third."""
    forms = known[one.key].fingerprints if one.key in known else {x.fingerprint for x in seen if x.url == one.url}
    return len(forms)


def _learned(found: Sequence[Identified], pairs: Mapping[Identified, SeenEntry], moved: int, habits: Habits) -> Habits:
    """What the document shows of the feed's habits; ``moved`` entries have a text that changed before, too."""
    if moved > max(FEW, len(found) // 2):
        habits = replace(habits, texts=_LESS[habits.texts])
    if not _most(pairs, found):
        return habits
    if not habits.by_words and sum(bool(one.entry.id) and before.key != one.key for one, before in pairs.items()) > 1:
        habits = replace(habits, ids_anew=True)
    urls = [(one.url or "", before.url) for one, before in pairs.items()]
    if all(page_of(now) == page_of(before) for now, before in urls):
        return habits
    names = varying_params(urls)
    if names and _still_apart(found, names):
        return replace(habits, token_params=tuple(sorted({*habits.token_params, *names})))
    return replace(habits, addresses_moved=True, by_words=habits.addresses_moved, ids_anew=False)


def _still_apart(found: Sequence[Identified], names: Collection[str]) -> bool:
    """Whether the parameters can be left out of the addresses without joining two of them."""
    urls = {one.url for one in found if one.url}
    return len({without_tokens(url, names) for url in urls}) == len(urls)
