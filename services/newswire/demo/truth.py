"""The results that a correct run over the newsroom must find, entry by entry.

Reprints appear in the second edition, when their originals have long arrived: which one is the original is
no matter of chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from newswire.demo.desk import Desk
from newswire.demo.sites import Channel, Edition, Story
from newswire.domain.ledger import OutcomeKind


@dataclass(frozen=True, slots=True)
class Ending:
    """One outcome. As an expectation, ``reasons`` holds every word that would be right; empty: any."""

    kind: OutcomeKind
    reasons: frozenset[str] = frozenset()
    duplicate_of: str | None = None
    """The article URL that a duplicate repeats."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The right result for one entry."""

    url: str | None
    """The address its feed links, without tracking; None when it links nothing that HTTP can fetch."""
    article_url: str | None
    """The article's canonical address; None for what becomes no article."""
    feeds: tuple[str, ...]
    """URLs of the feeds that carry it when it first appears."""
    first: Ending | None
    """After the first edition; None when no feed has delivered it by then."""
    second: Ending
    """After the second edition. ``unchanged`` is what a look at the page would bring; an entry that nobody
    looked at again keeps its first ending, which is as right.
    """

    def ending(self, edition: Edition) -> Ending | None:
        """The right results after an edition."""
        return self.first if edition == 1 else self.second


UNCHANGED: Final = Ending("unchanged")
_REJECTED: Final[Mapping[str, frozenset[str]]] = {
    "hang": frozenset({"timeout"}),
    "flood": frozenset({"too-large"}),
    "tangle": frozenset({"too-slow", "too-big", "no-text"}),  # where a parser gets through, it finds no article
    "missing": frozenset({"http-404"}),
    "robots": frozenset({"robots"}),
    "no-address": frozenset({"no-link", "bad-link"}),
}


def expectations(desks: Iterable[Desk]) -> dict[str, Expected]:
    """By the URL that the feed links, or by the entry's guid where that is nothing HTTP can fetch."""
    placed = [(desk, story) for desk in desks for story in desk.site.stories]
    where = {story.name: desk.url(story) for desk, story in placed}
    return {_address(desk, story) or story.name: _expected(desk, story, where) for desk, story in placed}


def _expected(desk: Desk, story: Story, where: Mapping[str, str]) -> Expected:
    fault = _fault(desk, story)
    address = _address(desk, story)
    carriers = tuple(desk.base + channel.path for channel in desk.site.channels if channel.path in story.feeds)
    ending = (
        Ending("rejected", _REJECTED[fault])
        if fault
        else Ending("duplicate", duplicate_of=where[story.reprint_of])
        if story.reprint_of
        else Ending("published")
    )
    first = None if _late(desk, story) else ending
    return Expected(
        url=address,
        article_url=None if fault else where[story.name],
        feeds=carriers,
        first=first,
        second=_second(story, ending) if first else ending,
    )


def _second(story: Story, first: Ending) -> Ending:
    if story.withdrawn:
        return Ending("withdrawn")
    if story.second != story.first:
        return Ending("revised")
    return first if first.kind == "rejected" else UNCHANGED


def _fault(desk: Desk, story: Story) -> str | None:
    if story.link in {"ftp", "none"}:
        return "no-address"
    if any(story.path.startswith(prefix) for prefix in desk.site.disallow):
        return "robots"
    return story.serve if story.serve in _REJECTED else None


def _address(desk: Desk, story: Story) -> str | None:
    if story.link in {"ftp", "none"}:
        return None
    return desk.base + desk.moved_path(story) if story.link == "moved" else desk.url(story)


def _late(desk: Desk, story: Story) -> bool:
    """Whether no feed delivers it in the first edition: it is not out yet, or it is in the part that is cut off."""

    def delivers(channel: Channel) -> bool:
        carried = Desk(desk.site, desk.base, desk.now, 1).carried(channel)
        return story in (carried[:-1] if channel.cut_at_first else carried)

    return not any(delivers(channel) for channel in desk.site.channels)
