"""What the archive of raw pages counts and times."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from prometheus_client import Counter, Histogram

from newswire.metrics.family import declare
from newswire.ports.archive import PackedPage

PAGES: Final = declare(
    Counter,
    "newswire_archive_pages",
    "Pages that were archived; revisit: with a body that is archived already; forbidden: published without an archived "
    "page, as the publisher asks for no copy (noarchive).",
    "outcome",
    values=("page", "revisit", "forbidden"),
    of=("extract",),
)
BYTES: Final = declare(Counter, "newswire_archive_bytes", "Bytes of the files that were archived.", of=("extract",))
WRITE: Final = declare(
    Histogram,
    "newswire_archive_write_seconds",
    "Writing one file of pages and its index, durably.",
    of=("extract",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def archived(pages: Sequence[PackedPage], size: int, took: timedelta) -> None:
    """A file with these pages, of ``size`` bytes, is durable."""
    revisits = sum(page.revisit_of is not None for page in pages)
    PAGES.labels("revisit").inc(revisits)
    PAGES.labels("page").inc(len(pages) - revisits)
    BYTES.inc(size)
    WRITE.observe(took.total_seconds())


def forbidden() -> None:
    """A page was not archived, as its publisher forbids it."""
    PAGES.labels("forbidden").inc()
