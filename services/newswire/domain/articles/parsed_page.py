"""A parsed web page with its article, as a frozen value."""

from dataclasses import dataclass

from newswire.domain.articles.facts.page_claims import NO_CLAIMS, PageClaims
from newswire.events import NO_RIGHTS, Dated, Rights


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """One fetched article page. Unknown is None, never a guess."""

    text: str
    """The article's text, paragraphs parted by ``\\n``, page furniture dropped. Empty when nothing was found."""
    word_count: int
    """The number of words in the text; it and the hash are made where the page is parsed, off the event loop."""
    content_hash: str
    """See `newswire.domain.text.fingerprint.content_hash`."""
    text_codes: bytes
    """`newswire.domain.text.signature.text_part` of the text."""
    method: str
    """The extractor that gave the text, e.g. ``trafilatura``."""
    version: str
    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    language_confidence: float | None = None
    image: str | None = None
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: Dated | None = None
    modified: Dated | None = None
    canonical_link: str | None = None
    """The page's own ``rel=canonical`` (or og:url where there is none), absolute, as it claims it."""
    site_name: str | None = None
    claims: PageClaims = NO_CLAIMS
    """What the title, the authors and the dates were chosen from. They are chosen again with the feed's claims."""
    rights: Rights = NO_RIGHTS
    flags: tuple[str, ...] = ()
    """Doubts about quality, see ``newswire.events.Extraction.flags``."""
