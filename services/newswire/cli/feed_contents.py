"""The answer of a feed's server and the contents of its document, as JSON values for people."""

from datetime import datetime

from newswire.domain.feeds.entries import identify
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.http.httpcache import validators_of
from newswire.operations.feeds_check import FeedCheck
from newswire.operations.wire.feed_rows import feed_row
from newswire.operations.wire.source_rows import source_row


def check_row(checked: FeedCheck) -> dict[str, object]:
    """The whole answer, and what the poller knows about the feed: null where it is not subscribed to."""
    response = checked.response
    known = feed_row(checked.known) if checked.known else {}
    return {
        "url": checked.url,
        "final_url": response.url,
        "redirects": [list(hop) for hop in response.redirects],
        "status": response.status,
        "content_type": response.headers.get("content-type"),
        **validators_of(response.headers).model_dump(),
        "cache_control": response.headers.get("cache-control"),
        "retry_after": response.headers.get("retry-after"),
        "flags": list(response.flags),
        "next_poll": known.get("next_poll_at"),
        "validators_lie_since": known.get("validators_lie_since"),
        "habits": known.get("habits"),
        "sources": [source_row(source, state) for source, state in sorted(checked.sources.items())],
        **(contents(checked.document) if checked.document else {}),
    }


def contents(parsed: ParsedFeed) -> dict[str, object]:
    """The facts that the feed states about itself, then its entries, then the sitemaps that an index names."""
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
