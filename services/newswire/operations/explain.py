"""Explain one address: everything that is known of it, or the gaps in which it may have been missed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newswire.domain.archive.index import IndexLine
from newswire.domain.archive.windows import fetch_window
from newswire.domain.urls.canonical import canonical_or_as_written, registrable_domain
from newswire.events import CoverageGap, CoverageRestored
from newswire.ports import Archive, Feeds, Ledger, UrlHistory


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A time in which a feed may have published entries that no poll saw."""

    feed_url: str
    gap: CoverageGap


@dataclass(frozen=True, slots=True)
class Explanation:
    """The story of one address."""

    story: UrlHistory
    gaps: tuple[OpenGap, ...] = ()
    """Only where nothing is known of the address: the open gaps of its site's feeds."""

    @property
    def known(self) -> bool:
        """Whether an entry or an article has this address."""
        return bool(self.story.entries) or self.story.article is not None


async def explain(address: str, ledger: Ledger, feeds: Feeds) -> Explanation:
    """Explain an address, or the key of an entry that has no address. ``address`` is text as a person typed it."""
    address = address.encode("utf-8", "replace").decode()  # the bytes of an argument need not be UTF-8
    story = await ledger.history(canonical_or_as_written(address))  # other text may be an entry's key
    found = Explanation(story)
    return found if found.known else Explanation(story, await _open_gaps(address, feeds, ledger))


async def pages_of(story: UrlHistory, archive: Archive, now: datetime) -> tuple[IndexLine, ...]:
    """Where the raw pages of its entries lie in the archive, in the order of their time. Raises `Wait`."""
    windows = {}
    for line in story.entries:
        ended = line.outcome.at if line.outcome else None
        windows[line.sighting.entry_id] = fetch_window(line.sighting.reason, line.sighting.found_at, ended, now)
    return await archive.find(windows)


async def _open_gaps(address: str, feeds: Feeds, ledger: Ledger) -> tuple[OpenGap, ...]:
    found: list[OpenGap] = []
    for feed in await feeds.of_domain(_domain(address)):
        gaps: dict[UUID, CoverageGap] = {}
        async for recorded in ledger.feed_events(feed.id):
            if recorded.kind == "coverage-gap":
                gaps[recorded.event_id] = CoverageGap.model_validate_json(recorded.value)
            elif recorded.kind == "coverage-restored":
                gaps.pop(CoverageRestored.model_validate_json(recorded.value).gap_id, None)
        found += (OpenGap(feed.url, gap) for gap in gaps.values())
    return tuple(found)


def _domain(address: str) -> str:
    try:
        return registrable_domain(address)
    except ValueError:
        return address
