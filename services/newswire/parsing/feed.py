"""One fetched feed document to a `ParsedFeed`. Pure CPU: no file, no socket, whatever the document says."""

from typing import Final

from newswire.domain.documents import ParsedFeed
from newswire.errors import Reject
from newswire.parsing.feed_entry import read_entry, title_of
from newswire.parsing.feed_json import read_json
from newswire.parsing.feed_links import absolute
from newswire.parsing.feed_raw import Raw, language_tag, string
from newswire.parsing.feed_text import feed_text
from newswire.parsing.feed_xml import read_xml

_PERIODS: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_LONGEST_TTL_S: Final = 31_536_000


def parse_feed(body: bytes, url: str, content_type: str | None = None) -> ParsedFeed:
    """The feed in ``body``: RSS 0.9-2.0, RDF, Atom 0.3-1.0, JSON Feed 1.0-1.1.

    The bytes decide what it is; ``content_type`` (the header's value) only helps with the charset.
    Links are resolved against xml:base and ``url``, the address that the body came from. Every entry
    of the document is returned, in its order; only texts are cut (`plain_text.MAX_CHARS`). An RSS
    description that is as long as an article and not cut off counts as content.

    Raises:
        Reject: ``not-a-feed``, for HTML, binary data, an empty body and anything else that is no feed.
    """
    if body[:2] == b"\x1f\x8b":
        raise Reject("not-a-feed", "the body is gzip data that no Content-Encoding announced")
    text = feed_text(body, content_type)
    if not text:
        raise Reject("not-a-feed", "the body is empty")
    if text.startswith("{"):
        return read_json(text, url)
    raw = read_xml(text, url)
    return ParsedFeed(
        format=raw.version or "unknown",
        title=title_of(raw.feed),
        link=absolute(string(raw.feed, "link"), url),
        language=language_tag(string(raw.feed, "language")),
        ttl_s=_ttl_s(raw.feed),
        truncated=raw.truncated,
        entries=tuple(read_entry(entry, raw.feed, raw.version, url) for entry in raw.entries),
    )


def _ttl_s(feed: Raw) -> int | None:
    """RSS 2.0 ttl (minutes), else the syndication module's period / frequency (whose defaults are daily and 1)."""
    if (minutes := _number(string(feed, "ttl"))) is not None:
        seconds = minutes * 60
    elif period := _PERIODS.get(string(feed, "sy_updateperiod").strip().lower()):
        seconds = period // (_number(string(feed, "sy_updatefrequency")) or 1)
    else:
        return None
    return seconds if 0 < seconds <= _LONGEST_TTL_S else None


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
