"""One article as it stood at one moment."""

from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from newswire.events.values import Dated, Feed, Utc, Value


class Extraction(Value):
    """How the text was come by."""

    method: str
    version: str
    body_from: Literal["page", "feed", "import"]
    flags: tuple[str, ...] = Field(
        default=(),
        description="Doubts about quality, e.g. short-text, no-title, page-unavailable, future-date, insecure; and "
        "purged or text-dropped where the text is not kept any more. An open list.",
    )
    confidence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="How sure the choice of the text is; null for a feed's or an import's text.",
    )
    agreed: tuple[str, ...] = Field(
        default=(),
        description="Other accounts of the text that say the same: json-ld, app-state, trafilatura. An open list.",
    )


class Rights(Value):
    """The publisher's statement on the use of the article; None where it makes none."""

    robots_allowed: bool | None = Field(default=None, description="robots.txt (RFC 9309) allowed this fetch.")
    tdm_reserved: bool | None = Field(
        default=None, description="Text and data mining is reserved (TDMRep, noai, noml, X-Robots-Tag)."
    )
    free_access: bool | None = Field(default=None, description="schema.org isAccessibleForFree.")
    licence: str | None = None
    archiving_allowed: bool | None = Field(
        default=None, description="False where the page's robots words say noarchive or nocache (meta, X-Robots-Tag)."
    )
    indexing_allowed: bool | None = Field(
        default=None, description="False where the page's robots words say noindex or none (meta, X-Robots-Tag)."
    )
    tdm_policy: str | None = Field(default=None, description="The address of the publisher's policy (TDMRep).")


NO_RIGHTS: Final = Rights()
"""The publisher says nothing."""


class Http(Value):
    """The answer that the page came in."""

    status: int
    final_url: str
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class Basis(Value):
    """What one fact of an article rests on."""

    source: str = Field(
        description="Where the value was read: json-ld, meta, og, microdata, h1, byline, link, time, dateline, url, "
        "feed, … An open list."
    )
    confidence: float = Field(
        ge=0, le=1, description="Higher where more sources agree. For comparing, not a probability."
    )


class ArticleFacts(Value):
    """Where the facts of an article were read, and how sure they are."""

    title: Basis | None = None
    authors: Basis | None = None
    published: Basis | None = None
    modified: Basis | None = None
    published_candidates: tuple[Dated, ...] = Field(
        default=(), description="The dates that were claimed, where none is sure enough and published is null."
    )


class Article(Value):
    """One article as it stood at one moment."""

    article_id: UUID
    content_hash: str = Field(
        description="sha256 (hex) of the text's words, folded: equal for reprints under another headline."
    )
    text_hash: str = Field(description="sha256 (hex) of title and text as they stand: another one for every edit.")
    url: str
    canonical_url: str
    canonical_link: str | None = Field(
        default=None,
        description="The page's own canonical link as it claims it. One to elsewhere hints at syndication, no more.",
    )
    source: str = Field(description="The registrable domain of the canonical URL.")
    site_name: str | None = None
    feed: Feed | None = None
    title: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = Field(
        default=(),
        description="People and news agencies; where the page names none, the organisation or account that it states.",
    )
    author_kinds: tuple[str, ...] = Field(
        default=(),
        description="For each of the authors: person, agency, organisation or account. An open list; empty where it is "
        "not known.",
    )
    language: str | None = Field(default=None, description="ISO 639-1.")
    language_confidence: float | None = Field(default=None, ge=0, le=1)
    text: str = Field(
        description="Empty where extraction.flags has text-dropped (it was kept for its time) or purged; its hashes "
        "and word_count stay."
    )
    text_kinds: tuple[str, ...] = Field(
        default=(),
        description="For each line of the text what it is: paragraph, heading, list-item, quote, cell, code, caption. "
        "An open list; empty where that is not known.",
    )
    word_count: int = Field(ge=0)
    image: str | None = None
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: Dated | None = None
    modified: Dated | None = None
    found_at: Utc
    fetched_at: Utc | None = None
    extracted_at: Utc
    facts: ArticleFacts | None = None
    extraction: Extraction
    rights: Rights = NO_RIGHTS
    http: Http | None = None
