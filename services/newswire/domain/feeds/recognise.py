"""Which entries of a document are known although their ids, links or texts are new.

Whatever id it comes under, an entry whose form (`newswire.domain.feeds.keys`) this feed has shown before is known.
Where most entries of a document are unknown, they are compared with earlier entries of the same title: an equal form
but for the address shows which part of the address is made anew (`newswire.domain.feeds.learning`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from newswire.domain.feeds.earlier import NOT_MET, Met, SeenEntry
from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.habits import Habits, without_tokens
from newswire.domain.feeds.keys import form, rekeyed, settled
from newswire.domain.feeds.learning import learned, most, moving
from newswire.domain.feeds.shared_pages import page_of
from newswire.domain.text.normalize import normalize_line


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
    """Addresses whose pages are to be looked at again: only a title was known and the entry says more now, or its text
    was compared in part until now."""
    new: int = 0
    """Entries that are news."""
    since: datetime | None = None
    """When the first of the entries that are known under other keys was found."""


def most_unknown(found: Sequence[Identified], known: Mapping[str, KnownEntry]) -> bool:
    """Whether so many entries are in no known form that a feed's habits are worth a look."""
    return 1 < len(found) < 2 * len(unsettled(found, known))


def unsettled(found: Sequence[Identified], known: Mapping[str, KnownEntry]) -> tuple[Identified, ...]:
    """The entries with an address whose form is not known under their key."""
    return tuple(one for one in found if one.url and not settled(one, known))


def recognise(
    feed_id: UUID,
    found: Sequence[Identified],
    known: Mapping[str, KnownEntry],
    seen: Sequence[SeenEntry],
    habits: Habits,
    *,
    still: bool = False,
) -> Recognised:
    """Set the entries against what was seen; pure.

    Args:
        feed_id: the feed's.
        found: the entries as `keyed` gives them.
        known: what is known of their keys.
        seen: earlier sightings of this feed: those at the addresses of the `unsettled` entries, and, where
            `most_unknown` holds, those with their titles.
        habits: what was known of the feed's habits.
        still: its texts hold still again (`newswire.domain.feeds.stillness`): the whole texts are compared from now on.
    """
    open_ones = unsettled(found, known)
    here = {line.url for line in seen}
    pairs = _pairs(found, known, open_ones, seen, habits)
    in_new_form = [one for one in open_ones if one not in pairs]
    now = learned(found, pairs, moving(in_new_form, known, seen), known, seen, habits)
    if still:
        now = replace(now, texts="whole", titles_stay=False, texts_moved=False)
    shared = {one: before for one, before in pairs.items() if _one_place(one, before, now)}
    familiar = pairs if most(pairs, found) else shared
    at_work = {line.url for line in seen if line.key in {one.key for one in found}}
    news = {
        one.key
        for one in found
        if one.key not in known and one not in familiar and (one.url not in here or one.url in at_work)
    }
    made = Recognised(
        tuple(found),
        known,
        now,
        met=Met(edited=frozenset(one.url for one in open_ones if one.url in here and one.url)),
        new=len(news),
        since=min((before.found_at for before in familiar.values()), default=None),
    )
    made = _under_new_keys(made, shared, feed_id, anew=now != habits)
    return replace(made, hurry=tuple(dict.fromkeys(one.url for one in found if one.url))) if still else made


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
            forms.add(form(replace(one.entry, summary=None, content=None), one.url or "", habits))
        same = next((line for line in at_url.get(one.url or "", ()) if line.fingerprint in forms), None)
        if same is None and often[title] == 1:
            lines = titled.get(title, ())
            same = next((line for line in lines if form(one.entry, line.url, habits) == line.fingerprint), None)
        if same is not None:
            pairs[one] = same
    return pairs


def _one_place(one: Identified, before: SeenEntry, habits: Habits) -> bool:
    """Whether the two addresses of the same words are one, by what was learned of the feed."""
    if one.url is None or one.url == before.url or (habits.by_words and one.entry.published is not None):
        return True
    if habits.ids_anew and page_of(one.url) == page_of(before.url):
        return True
    names = habits.token_params
    return bool(names) and without_tokens(one.url, names) == without_tokens(before.url, names)


def _under_new_keys(
    made: Recognised, pairs: Mapping[Identified, SeenEntry], feed_id: UUID, *, anew: bool
) -> Recognised:
    """The entries keyed anew where something was learned; what is paired counts as known under its key."""
    known, follows = dict(made.known), {}
    again: list[Identified] = []
    hurry: list[str] = []
    for one in made.found:
        now = rekeyed(one, made.habits, feed_id) if anew else one
        before, was = pairs.get(one), known.get(one.key)
        leader = before.leader if before else was.leader if was and settled(one, made.known) else None
        if (before or leader) and not settled(now, known):
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
