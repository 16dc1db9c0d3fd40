"""Makes one article of a feed's entry and its page: each fact comes from the source that is believed more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Final, Literal

from newswire.domain.articles.decide import MIN_FEED_WORDS, MIN_WORDS
from newswire.domain.articles.facts.bylines import stated_names
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.page_claims import NO_CLAIMS, PageClaims, decide, feed_facts, with_feed
from newswire.domain.articles.facts.told import facts_of
from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.articles.robots_words import NOT_ARCHIVED, NOT_INDEXED, RESERVING, robots_words
from newswire.domain.clock_skew import lies_in_the_future
from newswire.domain.http.httpcache import validators_of
from newswire.domain.text.fingerprint import text_hash, word_count
from newswire.domain.urls.canonical import believed_canonical, canonicalize, distrusted_canonical, registrable_domain
from newswire.events import (
    Article,
    Dated,
    EntryFound,
    Extraction,
    Http,
    Rights,
    article_id_of,
)

_SURE: Final = {"json-ld": 0.93, "meta": 0.9, "url": 0.73, "text": 0.5}
"""The confidence in a date whose page makes no claims of its own, by its source."""
_MAX_TAGS: Final = 50


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched page: the parsed page and the response that it came in."""

    page: ParsedPage
    url: str
    """The final address."""
    status: int
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    robots_allowed: bool | None = None
    flags: tuple[str, ...] = ()
    """Faults of the answer in spite of which the page was taken, e.g. ``insecure``."""


def can_stand_in(entry: EntryFound) -> bool:
    """Whether the feed carries enough text to publish it where the page cannot be fetched."""
    return entry.reason != "recheck" and word_count(entry.content or "") >= MIN_FEED_WORDS


def from_page(entry: EntryFound, fetched: Fetched, now: datetime, *, body: ParsedPage | None = None) -> Article:
    """The article of a fetched page; with ``body``, the feed's text stands in for that of the page."""
    page = fetched.page
    if body is None:
        return _article(entry, page, fetched, now, body_from="page")
    page = replace(
        page,
        text=body.text,
        word_count=body.word_count,
        content_hash=body.content_hash,
        text_codes=body.text_codes,
        method=body.method,
        version=body.version,
        kinds=(),
        confidence=None,
        agreed=(),
        language=body.language,
        language_confidence=body.language_confidence,
        flags=(*(flag for flag in page.flags if flag != "no-text"), "short-page"),
    )
    return _article(entry, page, fetched, now, body_from="feed")


def from_feed(entry: EntryFound, body: ParsedPage, flags: tuple[str, ...], now: datetime) -> Article:
    """The article of an entry by its feed's full text; ``flags`` say why it is not by the page's."""
    body = replace(body, flags=flags)
    return _article(entry, body, None, now, body_from="feed")


def _article(
    entry: EntryFound, page: ParsedPage, fetched: Fetched | None, now: datetime, *, body_from: Literal["page", "feed"]
) -> Article:
    url = canonicalize(fetched.url, unwrap=False) if fetched else entry.url
    canonical = believed_canonical(page.canonical_link, url) or url
    claims = page.claims if page.facts else with_feed(_claims(page), feed_facts(entry))
    facts = page.facts or decide(claims, now)
    title, published = facts.title.value, facts.published.value
    future = any(lies_in_the_future(claim.value.value, now) for claim in claims.published)
    unread = published is None and entry.published_raw is not None
    authors = facts.authors.value or ()
    doubts = _doubts(title, page.word_count, future=future, unread=unread)
    lies = ("canonical-distrusted",) if fetched and distrusted_canonical(page.canonical_link, url) else ()
    flags = (*page.flags, *doubts, *lies, *(fetched.flags if fetched else ()))
    return Article(
        article_id=article_id_of(canonical),
        content_hash=page.content_hash,
        text_hash=text_hash(title or "", page.text),
        url=url,
        canonical_url=canonical,
        canonical_link=page.canonical_link,
        source=registrable_domain(canonical),
        site_name=page.site_name or (entry.feed.title if entry.feed else None),
        feed=entry.feed,
        title=title,
        description=page.description or entry.summary,
        authors=tuple(name.text for name in authors),
        author_kinds=tuple(name.kind for name in authors),
        language=page.language or entry.language,
        language_confidence=page.language_confidence if page.language else None,
        text=page.text,
        word_count=page.word_count,
        image=page.image or entry.image,
        sections=page.sections,
        tags=_merged(page.tags, entry.tags),
        published=published,
        modified=facts.modified.value,
        found_at=entry.found_at,
        fetched_at=fetched.fetched_at if fetched else None,
        extracted_at=now,
        facts=facts_of(facts),
        extraction=Extraction(
            method=page.method,
            version=page.version,
            body_from=body_from,
            flags=tuple(dict.fromkeys(flags)),
            confidence=page.confidence,
            agreed=page.agreed,
        ),
        text_kinds=page.kinds,
        rights=_rights(page.rights, fetched),
        http=_http(fetched),
    )


def _claims(page: ParsedPage) -> PageClaims:
    """The page's claims, or its facts as claims where it brings no others."""
    if page.claims != NO_CLAIMS:
        return page.claims
    names = tuple(name for author in page.authors for name in stated_names(author))
    return PageClaims(
        titles=(Claim(page.title, "page", 0.8),) if page.title else (),
        authors=(Claim(names, "page", 0.8),) if names else (),
        published=_dated(page.published),
        modified=_dated(page.modified),
    )


def _dated(stated: Dated | None) -> tuple[Claim[Dated], ...]:
    return (Claim(stated, stated.source, _SURE.get(stated.source, 0.5)),) if stated else ()


def _doubts(title: str | None, words: int, *, future: bool, unread: bool) -> Iterable[str]:
    if not title:
        yield "no-title"
    if words < MIN_WORDS:
        yield "short-text"
    if future:
        yield "future-date"
    if unread:
        yield "unread-date"


def _merged(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """All of them in order, each once, in its first spelling."""
    merged: dict[str, str] = {}
    for tag in chain.from_iterable(groups):
        merged.setdefault(tag.casefold(), tag)
    return tuple(merged.values())[:_MAX_TAGS]


def _rights(stated: Rights, fetched: Fetched | None) -> Rights:
    """The page's markup, and what its answer's headers add (TDMRep §3, X-Robots-Tag)."""
    if fetched is None:
        return stated
    reserved = stated.tdm_reserved
    header = fetched.headers.get("tdm-reservation", "").strip()
    if header in {"0", "1"}:
        reserved = bool(reserved) or header == "1"
    words = robots_words(fetched.headers.get("x-robots-tag", ""))
    return stated.model_copy(
        update={
            "tdm_reserved": True if words & RESERVING else reserved,
            "archiving_allowed": False if words & NOT_ARCHIVED else stated.archiving_allowed,
            "indexing_allowed": False if words & NOT_INDEXED else stated.indexing_allowed,
            "tdm_policy": stated.tdm_policy or fetched.headers.get("tdm-policy", "").strip() or None,
            "robots_allowed": fetched.robots_allowed,
        }
    )


def _http(fetched: Fetched | None) -> Http | None:
    if fetched is None:
        return None
    validators = validators_of(fetched.headers)
    return Http(
        status=fetched.status,
        final_url=fetched.url,
        content_type=fetched.headers.get("content-type"),
        etag=validators.etag,
        last_modified=validators.last_modified,
    )
