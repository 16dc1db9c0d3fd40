"""The full text that a feed carries, read as if it were the page's."""

from newswire import __version__
from newswire.domain.articles.parsed_page import FeedText, ParsedPage
from newswire.domain.text.fingerprint import count_and_hash
from newswire.domain.text.normalize import without_headline
from newswire.domain.text.signature import text_part
from newswire.parsing.text.language import decide_language


def parse_feed_body(feed: FeedText, title: str | None = None) -> ParsedPage:
    """A page with the feed's text and its language, and nothing else.

    The headline, the feed's or the page's ``title``, may stand above the text again; it is left out.
    """
    text = without_headline(feed.content, feed.title, title)
    language, confidence = decide_language(text, (feed.language,))
    words, digest = count_and_hash(text)
    return ParsedPage(
        text=text,
        word_count=words,
        content_hash=digest,
        text_codes=text_part(text),
        method="feed",
        version=__version__,
        language=language,
        language_confidence=confidence,
    )
