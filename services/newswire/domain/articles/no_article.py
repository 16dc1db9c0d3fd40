"""Pages that are no article, though their server answers 200: walls, checks, errors, listings, films.

Each finding has a reason that goes into the books. A finding needs two kinds of sign: what the page says, and that it
shows no article (little text, nothing stated of an article). A false alarm loses an article, so a page that states an
article and shows a long text is one, whatever its words.
"""

from dataclasses import dataclass
from typing import Final

from newswire.domain.articles.no_article_words import (
    ERROR,
    ERROR_ALONE,
    ERROR_SHORT,
    LOGIN,
    MISSING,
    MISSING_ALONE,
    NEEDS_SCRIPT,
    REDIRECT,
    REDIRECT_ALONE,
    ROBOT,
    ROBOT_ALONE,
    SPEAKER,
    consent_words,
)
from newswire.domain.articles.notice import has_notice

PASSING: Final = frozenset({"robot-check", "error-page"})
"""Reasons that may be gone at the next attempt."""

_SHORT: Final = 60
"""Words below which a text may be a notice."""
_NOTICE: Final = 250
"""Words that no notice has."""
_WALL: Final = 700
"""Words that no consent wall shows."""
_CONSENT_SHARE: Final = 0.022
"""Share of a text's words that are about consent, from which it is about nothing else."""
_SUBJECTS: Final = 3
"""Different words about consent that a wall has at the least: a recipe speaks of cookies alone."""
_LISTING: Final = 500
"""Words that no listing's teasers have together."""
_UNNAMED_LISTING: Final = 150
"""The same for a page that does not name itself a list."""
_TEASERS: Final = 5
"""Linked headings with a few lines each that make a listing."""
_LINE: Final = 45
"""Words that no teaser has."""
_FILMS: Final = frozenset({
    "videoobject", "movie", "clip", "broadcastevent", "video", "video.other", "video.episode", "video.movie",
    "video.tv_show",
})  # fmt: skip
_GALLERIES: Final = frozenset({"imagegallery", "mediagallery", "imageobject"})
_LISTS: Final = frozenset({"collectionpage", "searchresultspage", "itemlist"})


@dataclass(frozen=True, slots=True)
class Signs:
    """What a page shows, as far as it matters here."""

    title: str
    """The title element and the headings of the first order, on one line."""
    text: str
    """The text that would be published."""
    words: int
    """Its words."""
    seen: str
    """The beginning of all that the page shows, furniture included."""
    states_article: bool
    """JSON-LD states an article with a headline, or a meta tag states when it was published."""
    types: frozenset[str] = frozenset()
    """The types that JSON-LD states, and ``og:type``, lower case."""
    refresh: bool = False
    """The page sends the browser elsewhere within seconds (meta refresh)."""
    password: bool = False
    """The page asks for a password in its main part."""
    teasers: int = 0
    """Headings that are links, each followed by a line or two of text."""
    own_words: int = 0
    """The words of the text without those lines."""
    longest: int = 0
    """The words of the longest line of the text."""


def no_article(signs: Signs) -> str | None:
    """Why the page is no article; None where it is taken for one."""
    return _notice(signs) or _wall(signs) or _other_kind(signs)


def _notice(signs: Signs) -> str | None:  # noqa: PLR0911  # one return a reason reads better
    """A short text in place of the article."""
    if signs.words > (_SHORT if signs.states_article else _NOTICE):
        return None
    title, short = signs.title, signs.words <= _SHORT
    if ROBOT.search(title) or has_notice(title, ROBOT_ALONE) or _shows_check(signs):
        return "robot-check"
    if signs.states_article and signs.words >= _SHORT // 2:
        return None
    if MISSING.search(title) or has_notice(title, MISSING_ALONE):
        return "soft-404"
    if ERROR.search(title) or has_notice(title, ERROR_ALONE) or (short and has_notice(title, ERROR_SHORT)):
        return "error-page"
    if short and (signs.refresh or _is_redirect(title, signs.text)):
        return "redirecting"
    if short and NEEDS_SCRIPT.search(signs.text or signs.seen):
        return "needs-javascript"
    if signs.words <= _NOTICE // 2 and signs.password and LOGIN.search(signs.title):
        return "login"
    return None


def _shows_check(signs: Signs) -> bool:
    """Whether the page shows a check and little else. A form for comments below an article may hold a check too."""
    if signs.states_article or len(signs.seen.split()) > _NOTICE:
        return False
    return ROBOT.search(signs.seen) is not None or has_notice(signs.seen, ROBOT_ALONE)


def _is_redirect(title: str, text: str) -> bool:
    says = REDIRECT.search(title) or REDIRECT.match(text)
    return says is not None or has_notice(title, REDIRECT_ALONE) or has_notice(text, REDIRECT_ALONE)


def _wall(signs: Signs) -> str | None:
    """A text about cookies and consent alone."""
    if signs.words > _WALL or not signs.words:
        return None
    if (signs.states_article and signs.words > _NOTICE) or not SPEAKER.search(signs.text):
        return None
    found = consent_words(signs.text)
    spoken_of = {each.removesuffix("s") for each in found}
    enough = _SUBJECTS if not signs.states_article else 2 * _SUBJECTS
    return "consent-wall" if len(spoken_of) >= enough and len(found) >= _CONSENT_SHARE * signs.words else None


def _other_kind(signs: Signs) -> str | None:
    """A page that leads to articles or shows something else, and says so."""
    if signs.states_article:
        return None
    most = _LISTING if signs.types & _LISTS else _UNNAMED_LISTING if "article" not in signs.types else 0
    short = signs.words <= most and signs.longest <= _LINE and signs.own_words < _SHORT
    if signs.teasers >= _TEASERS and short:
        return "listing"
    if signs.words < _SHORT and signs.types & _FILMS:
        return "video-page"
    if signs.words < _SHORT and signs.types & _GALLERIES:
        return "gallery"
    return None
