"""The clusters of a set of texts: which are originals, and of which original each other text is a duplicate.

The result is a function of the set: the order in which the texts arrived makes no difference. The texts are taken in
the order of their publication. Each is compared with the originals published before it; it is a duplicate of the best
match, or an original itself. An original that a later text tells at length becomes a duplicate of that text, with all
its copies. So a text is compared with originals only, and no chain of small differences joins two stories. Texts with
equal words belong to one original: the later ones follow the first of them, though another original be closer by then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES, Text, TextLink, before, links
from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.near_duplicates.reprint import best_reprint, holds, is_reprint
from newswire.domain.articles.near_duplicates.rules import MIN_WORDS

CLOSER: Final = 0.6
"""A new original may be closer to a duplicate than its original, or show both to be editions of a template, when it
shares this part of what those two share."""

MAX_EDGES: Final = 3
_MOST_THIRDS: Final = 64
"""Earlier texts of a region that are looked at as third editions: the work for a text does not grow with the region."""
ROUNDS: Final = 6
"""So often a region grows by the stories that its new originals bear on. What is left then stays as it is."""


@dataclass(frozen=True, slots=True)
class Region:
    """The texts to decide on, and those around them that stay as they are. All ids are article ids."""

    texts: Sequence[Text]
    neighbours: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    """By the id of a text: originals outside the region that share keys with it."""
    members: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    """By the id of a neighbour: some of its duplicates."""
    pinned: Mapping[str, str] = field(default_factory=dict)
    """Texts on which an editor decided: the original of each, its own id where it stands alone."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a region comes to."""

    originals: Mapping[str, str]
    """By the id of a text: its original, its own id where it is one."""
    links: Mapping[str, TextLink]
    """By the id of a text: the link to its original; none where it is one, or where an editor decided."""
    edges: Mapping[str, Sequence[TextLink]]
    """By the id of a text: its best links to earlier originals, whatever they came to."""
    reach: frozenset[str]
    """Neighbours whose stories must be decided again together with the region."""


class _Posted:
    """The texts that a pass has taken so far. Later texts find them by their keys, as the store finds texts outside."""

    def __init__(self, seen: Comparisons) -> None:
        self._seen = seen
        self._texts: dict[str, Text] = {}
        self._posted: dict[int, list[str]] = {}

    def post(self, text: Text) -> None:
        """Let later texts find a text."""
        self._texts[text.article_id] = text
        for key in self._seen.keys(text.signature):
            self._posted.setdefault(key, []).append(text.article_id)

    def near(self, text: Text, most: int) -> list[Text]:
        """At most ``most`` texts that share a key, those with the most in common first."""
        found = Counter(each for key in self._seen.keys(text.signature) for each in self._posted.get(key, ()))
        best = sorted(found, key=lambda each: (-found[each], self._texts[each].published, each))[:most]
        return [self._texts[each] for each in best]


def redecide(region: Region, seen: Comparisons | None = None) -> Settled:
    """Decide on all texts of a region anew."""
    seen = seen or Comparisons()
    parts: dict[str, Text] = {}
    while (settled := _settle(region, parts, seen)) is None:
        pass  # each round has one more part of a longer text
    return settled


def _settle(region: Region, parts: dict[str, Text], seen: Comparisons) -> Settled | None:
    """One pass in the order of publication; None when it found a part of a longer text, which is in ``parts`` then."""
    originals: set[str] = set()
    compared, passed = _Posted(seen), _Posted(seen)
    found: dict[str, TextLink] = {}
    edges: dict[str, Sequence[TextLink]] = {}
    reach: set[str] = set()
    homes: dict[bytes, Text] = {}  # by the words of a duplicate: the original of the first text with these words
    for text in sorted(region.texts, key=lambda each: (each.published, each.article_id)):
        around = region.neighbours.get(text.article_id, ())
        if text.article_id in region.pinned:
            if region.pinned[text.article_id] == text.article_id:
                originals.add(text.article_id)
                compared.post(text)
        elif text.article_id in parts:
            link = _link_to(text, _whole(text.article_id, parts), seen)
            link = link or links(text, [parts[text.article_id]], (), seen)[0]  # whose beginning it is
            edges[text.article_id], found[text.article_id] = [link], link
            homes.setdefault(text.signature.text, link.other)
            compared.post(text)  # later texts are compared with the part of a longer text, too
        else:
            outside = _parts_of(around, region)
            candidates = [*compared.near(text, MAX_CANDIDATES), *around, *(part for part, _ in outside.values())]
            others = [*passed.near(text, _MOST_THIRDS), *_members(around, region)]
            known = _to_earlier(text, candidates, others, seen)
            wholes = {each: whole for each, (_, whole) in outside.items()} | {
                each: _whole(each, parts) for each in parts
            }
            edges[text.article_id] = [link for link in known if link.judgement.relation != "none"][:MAX_EDGES]
            home = homes.get(text.signature.text) or _home(text, around, region)
            best = _link_to(text, home, seen) or _best(text, known, wholes, seen)
            if best is not None:
                found[text.article_id] = best
                homes.setdefault(text.signature.text, best.other)
                reach |= _elsewhere(text, around, region) - {best.other.article_id}
            else:
                inside = {link.other.article_id for link in known if holds(link)} - region.pinned.keys() - wholes.keys()
                if inside & originals:
                    parts |= dict.fromkeys(inside & originals, text)
                    return None
                reach |= inside | _taken_over(text, around, seen) | _closer(text, around, region, seen)
                originals.add(text.article_id)
                compared.post(text)
        passed.post(text)
    return Settled(_roots(region, found), found, edges, frozenset(reach))


def _whole(part: str, parts: Mapping[str, Text]) -> Text:
    """The longest text of which this one is a part."""
    whole = parts[part]
    while whole.article_id in parts:
        whole = parts[whole.article_id]
    return whole


def _to_earlier(text: Text, originals: Sequence[Text], others: Sequence[Text], seen: Comparisons) -> list[TextLink]:
    """The links to earlier originals; earlier ones of the ``others`` show what the editions of a template share."""
    earlier = {each.article_id: each for each in originals if before(each, text)}
    if not earlier:
        return []
    thirds = [each for each in others if each.article_id not in earlier and before(each, text)]
    return links(text, list(earlier.values()), thirds, seen)


def _members(around: Sequence[Text], region: Region) -> list[Text]:
    return [member for each in around for member in region.members.get(each.article_id, ())]


def _parts_of(around: Sequence[Text], region: Region) -> dict[str, tuple[Text, Text]]:
    """By their ids: the parts of longer texts outside the region, which were published before these, with these."""
    return {
        each.article_id: (each, whole)
        for whole in around
        for each in region.members.get(whole.article_id, ())
        if before(each, whole)
    }


def _best(text: Text, known: Sequence[TextLink], wholes: Mapping[str, Text], seen: Comparisons) -> TextLink | None:
    """The link to the original of which the text is a duplicate; one that repeats a part belongs to the longer text.

    Where it has too little in common with the longer text, the evidence is that on the part. A longer text that repeats
    this one, and was published later, is no original for it.
    """
    parts = {link.other.article_id for link in known} & wholes.keys()
    to_wholes = {each: _link_to(text, wholes[each], seen) for each in sorted(parts)}
    later = {each for each, link in to_wholes.items() if link and not link.article_is_later and is_reprint(link)}
    best = best_reprint(link for link in known if link.other.article_id not in later)
    if best is None or best.other.article_id not in parts:
        return best
    found = to_wholes[best.other.article_id]
    return found if found and found.same_story else replace(best, other=wholes[best.other.article_id])


def _home(text: Text, around: Sequence[Text], region: Region) -> Text | None:
    """The earlier original outside the region that has a duplicate with the words of this text, published before it."""
    for original in around:
        equal = (each for each in region.members.get(original.article_id, ()) if _same_words(each, text))
        if before(original, text) and any(before(each, text) for each in equal):
            return original
    return None


def _elsewhere(text: Text, around: Sequence[Text], region: Region) -> set[str]:
    """The originals outside the region that have a duplicate with the words of this text, published after it."""
    return {
        original.article_id
        for original in around
        for each in region.members.get(original.article_id, ())
        if _same_words(each, text) and before(text, each)
    }


def _same_words(one: Text, other: Text) -> bool:
    return one.signature.text == other.signature.text and len(one.signature.text_codes) >= MIN_WORDS


def _link_to(text: Text, home: Text | None, seen: Comparisons) -> TextLink | None:
    return next(iter(links(text, [home], (), seen)), None) if home else None


def _taken_over(text: Text, around: Sequence[Text], seen: Comparisons) -> set[str]:
    """The later originals that repeat a new original, or tell it at length."""
    # Without third texts, which could hide a link now and be gone when the region is decided.
    later = (each for each in around if before(text, each))
    known = (links(text, [each], (), seen) for each in later)
    return {link.other.article_id for found in known for link in found if is_reprint(link) or holds(link)}


def _closer(text: Text, around: Sequence[Text], region: Region, seen: Comparisons) -> set[str]:
    """The originals of later duplicates on which a new original bears; see `CLOSER`."""
    found = set()
    for original in around:
        later = [member for member in region.members.get(original.article_id, ()) if before(text, member)]
        if not later:
            continue
        ours, theirs = seen.shingles(text.signature), seen.shingles(original.signature)
        for member in later:
            its = seen.shingles(member.signature)
            if len(ours & its) >= CLOSER * len(theirs & its):
                found.add(original.article_id)
                break
    return found


def _roots(region: Region, found: Mapping[str, TextLink]) -> dict[str, str]:
    """The original of every text, at the end of the links: an editor's link follows its original, too."""
    next_ = {each: link.other.article_id for each, link in found.items()} | dict(region.pinned)
    roots = {}
    for text in region.texts:
        at, passed = text.article_id, {text.article_id}
        while (following := next_.get(at, at)) not in passed:
            at = following
            passed.add(at)
        roots[text.article_id] = at
    return roots
