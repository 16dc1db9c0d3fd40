"""The first entries of a feed that is larger than the limit: read where the newest ones stand there."""

from dataclasses import replace

from newswire.domain.feeds.parsed_feed import ParsedFeed


def head_of(document: ParsedFeed) -> ParsedFeed | None:
    """The complete entries of a document whose end was cut off; None where they cannot stand for its news.

    The last entry may be cut in the middle of a word, and is left out. Feeds have their newest entries first; one
    whose dates rise, and a sitemap, have them in the part that was cut off.
    """
    entries = document.entries[:-1]
    dates = [date for entry in entries if (date := entry.published or entry.updated)]
    rising = len(dates) > 1 and dates[0] < dates[-1]
    if not entries or rising or "sitemap" in document.format:
        return None
    return replace(document, entries=entries, truncated=False)
