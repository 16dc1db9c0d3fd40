"""Which of a page's accounts of the article's text is published, and how sure that is.

A page may tell its text up to four times: as the blocks that a reader sees, in its JSON-LD (``articleBody``), in the
state that a single-page application embeds, and in the feed. The blocks are the mainstay; the others confirm them, or
stand in for them where the page shows little or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from newswire.domain.text.fingerprint import tokens

Kind = Literal["paragraph", "heading", "list-item", "quote", "cell", "code", "caption"]
"""What a line of a text is."""

SHOWN: Final = "blocks"
_STATED: Final = frozenset({"json-ld", "app-state"})
"""Accounts that do not depend on what the page shows."""
ENOUGH: Final = 50
"""Words below which a text is no article's body on its own."""
_PART: Final = 250
"""Words that the free part of an article has at the most; a longer text is the article as it stands."""
LONGER: Final = 1.3
"""Another account replaces the shown text only where it is so many times as long."""
_AGREES: Final = 0.8
"""Share of the shorter text's word triples that the longer one must have."""
_RUN: Final = 3
_CUT: Final = ("…", "...", "[…]", "[...]")


@dataclass(frozen=True, slots=True)
class BodyText:
    """One account of the article's text."""

    method: str
    """Where it comes from: ``blocks``, ``json-ld``, ``app-state``, ``trafilatura``, ``feed``."""
    text: str
    kinds: tuple[Kind, ...] = ()
    """For each line of the text what it is; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The text to publish."""

    body: BodyText
    confidence: float
    """From 0 to 1. Accounts that agree raise it; a text that nothing confirms keeps the classifier's own certainty."""
    agreed: tuple[str, ...] = ()
    """Other accounts that say the same."""


def choose(shown: BodyText, certainty: float, others: Sequence[BodyText]) -> Choice:
    """The best account. ``certainty`` is how sure the choice of blocks is, from 0 to 1.

    Any account replaces a shown text without words. One that does not depend on what is shown also replaces a text of
    fewer than `ENOUGH` words, where it has them itself, and a short text that it continues: it has most of what is
    shown and is `LONGER` times as long, as behind a paywall that only hides the rest. A text that was cut short
    replaces nothing.
    """
    told = [(other, Account(other.text)) for other in others if other.text]
    if not told:
        return Choice(shown, certainty)
    own = Account(shown.text)
    agreed = tuple(other.method for other, account in told if agree(own, account))
    best = Choice(shown, 1.0 - (1.0 - certainty) * 0.5 ** len(agreed), agreed)
    size = own.words
    for other, account in told:
        stated = other.method in _STATED
        missing = not size or (stated and size < ENOUGH <= account.words)
        continues = stated and size <= _PART and account.words > LONGER * size and own.share_in(account) >= _AGREES
        if (missing or continues) and not other.text.endswith(_CUT):
            best = Choice(other, 0.8 if continues else 0.6, (shown.method,) if continues else ())
            size = account.words
            own = account
    return best


class Account:
    """A text's words, for comparing it with another."""

    def __init__(self, text: str) -> None:
        """Read the words and their triples."""
        words = tokens(text)
        self.words = len(words)
        self._runs = set(zip(*(words[start:] for start in range(_RUN)), strict=False))

    def share_in(self, other: "Account") -> float:
        """The share of this text's word triples that the other one has."""
        return len(self._runs & other._runs) / len(self._runs) if self._runs else 0.0  # noqa: SLF001  # its own kind


def agree(one: Account, other: Account) -> bool:
    """Whether two texts say the same: most of the triples of the shorter in the longer, which is not much longer."""
    short, long = sorted((one, other), key=lambda account: account.words)
    return short.words >= ENOUGH and long.words <= LONGER * short.words and short.share_in(long) >= _AGREES


def feed_is_better(page: str, feed: str) -> bool:
    """Whether the feed's full text is published instead of the page's.

    It is where the page shows less than `ENOUGH` words, where the page's text is a mere part of the feed's (a paywall),
    and where the page, no longer than the feed, says something else altogether (a wall in the article's place). A feed
    that says less than `ENOUGH` words never is: it carries teasers.
    """
    theirs = Account(feed)
    if theirs.words < ENOUGH:
        return False
    ours = Account(page)
    if ours.words < ENOUGH:
        return True
    if ours.share_in(theirs) >= _AGREES and theirs.words > LONGER * ours.words and not feed.endswith(_CUT):
        return True
    return ours.words <= theirs.words and theirs.share_in(ours) < 0.05
