"""The names of events: topics, and ids that are the same on every machine."""

from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("6a1f0d0e-7c56-5d0b-9b7e-2f1f5a3c9e10")
"""The root of every newswire id; it never changes."""

ENTRIES: Final = "newswire.entries.v1"
ARTICLES: Final = "newswire.articles.v1"
CHANGES: Final = "newswire.changes.v1"
DEAD: Final = "newswire.dead.v1"
LATEST: Final = "newswire.latest.v1"
"""Compacted: the newest record of a key is the state of an article. Published only where the settings say so."""
RETRIES: Final = (
    "newswire.entries.retry-1.v1",
    "newswire.entries.retry-2.v1",
    "newswire.entries.retry-3.v1",
)
"""Where an entry that failed for a passing reason waits, one topic per delay, shortest first."""

TOPICS: Final = (ENTRIES, *RETRIES, ARTICLES, CHANGES, DEAD)
"""The topics of events, which every installation has."""


def stable_id(kind: str, *parts: object) -> UUID:
    r"""The uuid5 (RFC 9562 §5.5) of ``kind`` and ``parts``: same input, same id, on every machine.

    Parts are joined by a newline after their own newlines are escaped, so that ("a", "b") and
    ("a\nb",) can never meet.
    """
    escaped = (str(part).replace("\\", "\\\\").replace("\n", "\\n") for part in (kind, *parts))
    return uuid5(NAMESPACE, "\n".join(escaped))


def article_id_of(canonical_url: str) -> UUID:
    """An article is its canonical URL."""
    return stable_id("article", canonical_url)


def feed_id_of(url: str) -> UUID:
    """A feed is the URL it was subscribed by."""
    return stable_id("feed", url)


def source_id_of(domain: str) -> UUID:
    """A source is the registrable domain of its articles."""
    return stable_id("source", domain)
