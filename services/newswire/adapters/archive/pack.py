"""Turns pages into records, and remembers which bodies are archived already."""

from collections import OrderedDict
from datetime import timedelta
from typing import Final

from newswire.adapters.archive.compress import member
from newswire.domain.archive import warc
from newswire.domain.archive.index import IndexLine
from newswire.domain.archive.raw_page import RawPage
from newswire.ports.archive import PackedPage

REVISIT_WITHIN: Final = timedelta(days=1)
"""The time after a page within which another one may lean on its body: retention keeps files for so much longer."""
_MOST: Final = 100_000
"""Pages that are remembered: some 30 MB."""


class RecentBodies:
    """The pages that this process kept within the last day, by address and digest of the body."""

    def __init__(self) -> None:
        self._lines: OrderedDict[tuple[str, str], IndexLine] = OrderedDict()

    def like(self, page: RawPage, digest: str) -> IndexLine | None:
        """The kept page with the same body from the same address; None where there is none of the last day."""
        line = self._lines.get((page.url, digest))
        if line is None or page.provenance.fetched_at - line.fetched_at > REVISIT_WITHIN:
            return None
        return line

    def kept(self, line: IndexLine) -> None:
        """Note a page whose body is in the archive now."""
        self._lines[line.url, line.digest] = line
        if len(self._lines) > _MOST:
            self._lines.popitem(last=False)


def packed(page: RawPage, recent: RecentBodies) -> PackedPage:
    """The records of a page."""
    digest = warc.digest(page.body)
    earlier = recent.like(page, digest)
    if earlier is None:
        record = member(*warc.response(page, digest))
    else:
        found = warc.revisit(page, digest, of=earlier.record_id, url=earlier.url, at=earlier.fetched_at)
        record = member(found)
    provenance = page.provenance
    return PackedPage(
        url=page.url,
        fetched_at=provenance.fetched_at,
        status=page.status,
        mime=mime_of(page),
        digest=digest,
        entry_id=provenance.entry.id,
        article_id=provenance.article_id,
        record_id=warc.record_id("response", page),
        record=record,
        metadata=member(warc.metadata(page)),
        revisit_of=earlier,
    )


def mime_of(page: RawPage) -> str | None:
    """The media type of a page, without its parameters."""
    return page.headers.get("content-type", "").partition(";")[0].strip().lower() or None
