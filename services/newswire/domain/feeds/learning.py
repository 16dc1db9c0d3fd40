"""What a document shows of its feed's habits, set against what the feed has shown before.

Nothing is learned from a single edit, nor from one round of edits through a whole feed: a text moves when it changes a
second time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.habits import Habits, Texts, varying_params, without_tokens
from newswire.domain.feeds.shared_pages import page_of
from newswire.domain.text.normalize import normalize_line

FEW: Final = 3
TOKENS_MAX: Final = 8
"""Token parameters of one feed. A feed with more makes their names anew: its addresses are no help."""
_LESS: Final[dict[Texts, Texts]] = {"whole": "masked", "masked": "title", "title": "title"}


def learned(
    found: Sequence[Identified],
    pairs: Mapping[Identified, SeenEntry],
    moving: Sequence[Identified],
    known: Mapping[str, KnownEntry],
    seen: Sequence[SeenEntry],
    habits: Habits,
) -> Habits:
    """What the document shows of the feed's habits.

    Args:
        found: the document's entries.
        pairs: by entry the earlier sighting of the same words.
        moving: the entries that say something new, as `moving` gives them.
        known: what is known of the entries' keys.
        seen: this feed's earlier sightings at their addresses.
        habits: what was known before.
    """
    habits = _with_tokens(habits, _tokens_by_id(found, known, habits)) or habits
    if len(moving) > max(FEW, len(found) // 2):
        habits = _less(moving, seen, habits)
    if not most(pairs, found):
        return habits
    if not habits.by_words and sum(bool(one.entry.id) and before.key != one.key for one, before in pairs.items()) > 1:
        habits = replace(habits, ids_anew=True)
    urls = [(one.url or "", before.url) for one, before in pairs.items()]
    if all(page_of(now) == page_of(before) for now, before in urls):
        return habits
    names = varying_params(urls)
    if names and _still_apart(found, names) and (tokened := _with_tokens(habits, names)):
        return tokened
    return replace(habits, addresses_moved=True, by_words=habits.addresses_moved, ids_anew=False)


def moving(
    new_forms: Sequence[Identified], known: Mapping[str, KnownEntry], seen: Sequence[SeenEntry]
) -> tuple[Identified, ...]:
    """Those of the entries in a new form that had two forms or more before: an edit makes the second form only."""
    return tuple(one for one in new_forms if _forms(one, known, seen) > 1)


def most(pairs: Collection[Identified], found: Sequence[Identified]) -> bool:
    """Whether ``pairs`` are more than half of the entries, and at least two."""
    return len(pairs) > 1 and len(found) < 2 * len(pairs)


def _less(moving: Sequence[Identified], seen: Sequence[SeenEntry], habits: Habits) -> Habits:
    """The habits by which less of the texts is compared. A title that does not move is compared as it is."""
    if habits.texts != "whole" and not habits.texts_moved:
        return replace(habits, texts_moved=True)  # one round of edits proves nothing here either
    titles = {(line.url, line.title or "") for line in seen}
    stay = sum((one.url or "", normalize_line(one.entry.title or "")) in titles for one in moving)
    titles_stay = 2 * stay > len(moving) and (habits.titles_stay or habits.texts == "whole")
    if habits.titles_stay and not titles_stay:  # the titles move now: that may be all
        return replace(habits, titles_stay=False, texts_moved=False)
    return replace(habits, texts=_LESS[habits.texts], titles_stay=titles_stay, texts_moved=False)


def _forms(one: Identified, known: Mapping[str, KnownEntry], seen: Sequence[SeenEntry]) -> int:
    """How many earlier forms of the entry are known."""
    forms = known[one.key].fingerprints if one.key in known else {x.fingerprint for x in seen if x.url == one.url}
    return len(forms)


def _with_tokens(habits: Habits, names: Collection[str]) -> Habits | None:
    """The habits with these token parameters too; None where they would be too many: names are made anew as well."""
    tokens = {*habits.token_params, *names}
    return replace(habits, token_params=tuple(sorted(tokens))) if len(tokens) <= TOKENS_MAX else None


def _tokens_by_id(found: Sequence[Identified], known: Mapping[str, KnownEntry], habits: Habits) -> tuple[str, ...]:
    """The parameters by which most entries' links differ from those that the same ids had, whatever the texts say."""
    if habits.ids_anew:
        return ()
    urls = [
        (one.url, before)
        for one in found
        if one.url and one.entry.id and one.key in known and (before := known[one.key].url) and before != one.url
    ]
    if len(urls) < 2 or len(found) >= 2 * len(urls):
        return ()
    names = varying_params(urls)
    return names if names and _still_apart(found, names) else ()


def _still_apart(found: Sequence[Identified], names: Collection[str]) -> bool:
    """Whether the parameters can be left out of the addresses without joining two of them."""
    urls = {one.url for one in found if one.url}
    return len({without_tokens(url, names) for url in urls}) == len(urls)
