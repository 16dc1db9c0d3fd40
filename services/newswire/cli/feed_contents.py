"""What a feed document says, for people who look into one."""

from datetime import datetime

from newswire.domain.feeds.entries import identify
from newswire.domain.feeds.parsed_feed import ParsedFeed


def contents(parsed: ParsedFeed) -> dict[str, object]:
    """As JSON values: what the feed says of itself, then its entries, then the sitemaps that an index names."""
    return {
        "format": parsed.format,
        "title": parsed.title,
        "language": parsed.language,
        "ttl_s": parsed.ttl_s,
        "skip_hours": list(parsed.skip_hours),
        "skip_days": list(parsed.skip_days),
        "hubs": list(parsed.hubs),
        "self_url": parsed.self_url,
        "prev_archive": parsed.prev_archive,
        "next_page": parsed.next_page,
        "complete": parsed.complete,
        "archive": parsed.archive,
        "truncated": parsed.truncated,
        "entries": [
            {
                "key": one.key,
                "url": one.url,
                "problem": one.problem,
                "title": one.entry.title,
                "published": _time(one.entry.published),
                "updated": _time(one.entry.updated),
            }
            for one in identify(parsed)
        ],
        "children": [{"url": child.url, "modified": _time(child.modified)} for child in parsed.children],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
