"""Which of the feeds found at a site are worth subscribing to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, NamedTuple

from newswire.domain.feeds.sitemaps import speaks_of_news

WELL_KNOWN: Final = (
    *("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json"),
    *("/feeds/posts/default", "/?feed=rss2", "/index.rdf"),
)
"""Where publishing systems put a feed that no page announces, the commonest first."""

WELL_KNOWN_SITEMAPS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")

How = Literal["named", "announced", "well-known", "robots"]

_WHY: Final[dict[How, str]] = {
    "named": "it is what you named",
    "announced": "the page announces it",
    "well-known": "it is where feeds usually are",
    "robots": "robots.txt names it",
}
# Plural or a compound: "Comment" alone is a newspaper's opinion section.
_COMMENTS_URL: Final = re.compile(r"(?:^|[/=_.-])comments(?:[/_.?&-]|$)", re.IGNORECASE)
_COMMENTS_TITLE: Final = re.compile(
    r"\bcomments\b|\bcomment feed\b|kommentar-?feed|\bcommentaires\b|\bcoment[aá]rios\b|\bcommenti\b|\breacties\b"
    r"|комментари|komentarze|yorumlar|コメント|评论",
    re.IGNORECASE,
)
_SITEMAPS: Final = frozenset(("sitemap", "sitemap-index"))
_FEW: Final = 3


class FeedLink(NamedTuple):
    """A feed that a page announces."""

    url: str
    title: str | None
    type: str
    """The media type that the page states."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address that was looked at, or will have to be taken as it is announced."""

    url: str
    how: How
    format: str | None = None
    """None when it could not be read."""
    title: str | None = None
    entries: frozenset[str] = frozenset()
    """The address or id of each."""
    problem: str | None = None
    passing: bool = False
    """Whether the problem may be over at the next poll."""


class FeedChoice(NamedTuple):
    """Whether to subscribe to what was found, and why."""

    found: Found
    taken: bool
    why: str


def is_about_comments(url: str, title: str | None) -> bool:
    """Whether a feed carries readers' comments, by what its address or title says."""
    return bool(_COMMENTS_URL.search(url) or _COMMENTS_TITLE.search(title or ""))


def choose(found: Sequence[Found], *, everything: bool = False) -> tuple[FeedChoice, ...]:
    """What to subscribe to, in the order given.

    Feeds, but not those of comments, nor one that has the same entries in another format; comments,
    and then news sitemaps, only where there is nothing better, or with ``everything``. A sitemap of
    all pages is never taken unless it was named itself.
    """
    refusals = [_refusal(one, islice(found, place)) for place, one in enumerate(found)]
    best = min((_rank(one) for one, why in zip(found, refusals, strict=True) if why is None), default=_FEED)
    return tuple(
        FeedChoice(one, taken=False, why=refusal) if refusal is not None else _choice(one, best, everything=everything)
        for one, refusal in zip(found, refusals, strict=True)
    )


def is_enough(choices: Sequence[FeedChoice]) -> bool:
    """Whether there is a feed among what was taken, so that nobody need be asked for more."""
    return any(choice.taken and _rank(choice.found) == _FEED for choice in choices)


_FEED, _NEWS, _COMMENTS = range(3)


def _rank(one: Found) -> int:
    if is_about_comments(one.url, one.title):
        return _COMMENTS
    return _NEWS if _is_news(one) else _FEED


def _is_news(one: Found) -> bool:
    return one.format == "news-sitemap" or (one.format == "sitemap-index" and speaks_of_news(one.url))


def _choice(one: Found, best: int, *, everything: bool) -> FeedChoice:
    if _rank(one) > best and not everything:
        what = "news sitemaps are for sites without feeds" if _rank(one) == _NEWS else "these are comments"
        return FeedChoice(one, taken=False, why=f"{what}; --all takes it too")
    return FeedChoice(one, taken=True, why=_WHY[one.how] + (f", though now {one.problem}" if one.problem else ""))


def _refusal(one: Found, before: Iterable[Found]) -> str | None:
    if one.problem is not None and not (one.passing and one.how in {"named", "announced"}):
        return one.problem
    if one.how != "named" and one.format in _SITEMAPS and not _is_news(one):
        return "it lists every page of the site; `newswire feeds add` takes it when you name it"
    if len(one.entries) < _FEW:  # a page may announce any number of feeds; only those that were looked at have entries
        return None
    twin = next((other for other in before if _is_twin(one, other)), None)
    return f"it has the same entries as {twin.url}" if twin else None


def _is_twin(one: Found, other: Found) -> bool:
    """Whether both have the same entries for a reason: another format, or a guess that leads to a known feed."""
    if one.entries != other.entries:
        return False
    return one.format != other.format or one.how == "well-known"
