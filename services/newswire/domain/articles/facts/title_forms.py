"""The forms in which one headline is stated: with its site's name, a rubric, a kicker, cut off."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from newswire.domain.articles.facts.folding import folded

_PARTING: Final = re.compile(
    r"(\s[|–—·•»«›‹:/⋆✱~_-]{1,2}\s|\s?[|｜»‖]\s?|(?<=[^\W\d_a-zA-Z])[_-](?=[^\W\d_a-zA-Z])|[－＿])"
)
_BARS: Final = frozenset("|｜")
_KICKER: Final = re.compile(r"(\s?[:：]\s?|\s[/|–—·•»-]\s)")
_ELLIPSES: Final = ("...", "…")
_LONGEST: Final = 1_000
_SECTION_WORDS: Final = 2
_KICKED_WORDS: Final = 3
"""A headline that is left when its kicker goes has as many words or more."""
_RUBRIC_LETTERS: Final = 4
"""Letters of a rubric's longest word: "The" and "15" before a headline belong to it."""
_INITIALS: Final = 3
"""Letters that the short form of a site's name has at the least."""


def without_site(title: str, sites: Collection[str]) -> str:
    """``Headline | Local | The Daily`` without the site's name and the parts behind it, and without it at the start.

    ``sites`` are folded names and hosts. Where nothing else is left, the title stays.
    """
    parts = _PARTING.split(title[:_LONGEST])
    if len(parts) < 3:
        return title
    for at in range(2, len(parts), 2):
        if _is_site(parts[at], sites):
            return _without_section(parts[: at - 1]) or title
    if _is_site(parts[0], sites):
        return "".join(parts[2:]).strip()
    return title


def _without_section(parts: Sequence[str]) -> str:
    """The parts without a section of a word or two behind a bar at their end."""
    return "".join(parts[:-2] if _ends_in_section(parts) else parts).strip()


def _ends_in_section(parts: Sequence[str]) -> bool:
    return len(parts) > 2 and parts[-2].strip() in _BARS and len(parts[-1].split()) <= _SECTION_WORDS


def _is_site(part: str, sites: Collection[str]) -> bool:
    words = folded(part)
    joined = words.replace(" ", "")
    if len(joined) < 2:
        return False
    for site in sites:
        bare = site.replace(" ", "")
        if joined == bare or (len(bare) >= 4 and (bare in joined and len(joined) <= 2 * len(bare))):
            return True
        if (len(joined) >= 4 and joined in bare) or _is_short_for(words, site) or _initials(words) == bare:
            return True
    return False


def _is_short_for(short: str, site: str) -> bool:
    """Whether ``short`` is a word that stands for a site's name: its initials, or the word that it begins with."""
    return len(short) >= _INITIALS and " " in site and short in (_initials(site), site.partition(" ")[0])


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in words) if len(words) >= _INITIALS else ""


def without_additions(title: str, others: Collection[str], shared: Collection[str]) -> str:
    """A title without what it adds to one that others (folded) state in full.

    At its end that is a rubric or a site whose name is unknown; at its start a kicker, where ``shared``, the titles for
    social media, are without it: whether a kicker belongs to the headline is for the publisher to say. A rubric of a
    word or two that a bar parts from the headline goes at either end, whether others state it or not.
    """
    parts = _PARTING.split(title[:_LONGEST])
    for at in range(len(parts) - 2, 0, -2):
        if folded("".join(parts[:at])) in others:
            return "".join(parts[:at]).strip()
    if _ends_in_section(parts) and len("".join(parts[:-2]).split()) > _KICKED_WORDS:
        return "".join(parts[:-2]).strip()
    parts = _KICKER.split(title[:_LONGEST])
    for at in range(2, len(parts), 2):
        rest = "".join(parts[at:])
        known = shared if parts[at - 1].strip() in {":", "："} else others
        rubric = (
            at == 2 and parts[1].strip() == "|" and len(parts[0].split()) <= 2 and len(rest.split()) > _KICKED_WORDS
        )
        if rubric or (len(rest.split()) >= _KICKED_WORDS and folded(rest) in known):
            return rest.strip()
    return title


def without_rubric(heading: str, others: Collection[str]) -> str:
    """A heading without one to three words that run into its start, where another title (folded) is the rest."""
    words = heading.split()
    for at in range(1, min(4, len(words) - _KICKED_WORDS)):
        if any(len(word) >= _RUBRIC_LETTERS for word in words[:at]) and folded(" ".join(words[at:])) in others:
            return " ".join(words[at:])
    return heading


def continues(longer: str, shorter: str) -> bool:
    """Whether ``longer`` is the whole of a title that ``shorter`` breaks off."""
    if not is_cut_off(shorter):
        return False
    cut = shorter.rstrip(" .…")
    short = cut.casefold().replace("’", "'").split()
    long = longer.casefold().replace("’", "'").split()
    if not short or len(long) < len(short):
        return False
    return (
        long[: len(short) - 1] == short[:-1] and long[len(short) - 1].startswith(short[-1]) and len(longer) > len(cut)
    )


def is_cut_off(title: str) -> bool:
    """Whether a title ends in an ellipsis."""
    return title.rstrip().endswith(_ELLIPSES)


def overlap(one: str, others: Sequence[str]) -> float:
    """The largest share of the words of the shorter of two titles that the other has."""
    words = set(folded(one).split())
    known = (set(folded(each).split()) for each in others)
    return max((len(words & other) / max(1, min(len(words), len(other))) for other in known), default=0.0)
