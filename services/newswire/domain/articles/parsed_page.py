"""A parsed web page with its article, as a frozen value."""

from dataclasses import dataclass

from newswire.domain.articles.bodies import Kind
from newswire.domain.articles.facts.page_claims import NO_CLAIMS, Decided, PageClaims
from newswire.events import NO_RIGHTS, Dated, Rights


@dataclass(frozen=True, slots=True)
class FeedText:
    """The full text that a feed carries for an entry."""

    content: str
    """Normalised plain text."""
    title: str | None = None
    language: str | None = None


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
    """Which account of the text it is, see `newswire.domain.articles.bodies.BodyText`."""
    version: str
    """The version of the extraction."""
    kinds: tuple[Kind, ...] = ()
    """For each line of the text what it is; empty where that is not known."""
    confidence: float | None = None
    """How sure the choice of the text is, from 0 to 1."""
    agreed: tuple[str, ...] = ()
    """Other accounts of the text that say the same."""
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
    """What the title, the authors and the dates were chosen from."""
    facts: Decided | None = None
    """What was chosen where the feed's claims, which are then among ``claims``, were weighed as well."""
    rights: Rights = NO_RIGHTS
    stand_in: "ParsedPage | None" = None
    """The feed's text, read like a page, where it is to stand in for the page's."""
    no_article: str | None = None
    """Why the page is no article (`newswire.domain.articles.no_article`); None where it is taken for one."""
    flags: tuple[str, ...] = ()
    """Doubts about quality, see ``newswire.events.Extraction.flags``."""
