"""One of feedparser's raw entries to a `ParsedEntry`. Nothing about a raw value is believed, its type included."""

import re
from typing import Final

from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.parsing.feeds.dates import FeedDate, feed_date
from newswire.parsing.feeds.raw import Raw, as_given, dicts, distinct, language_tag, string
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.cdata import without_cdata_markers
from newswire.parsing.text.plain_text import clean, is_markup, one_line, plain_lines, plain_text
from newswire.parsing.text.time_zones import Hints, hints_of

FULL_TEXT_CHARS: Final = 1_000
"""A description of this length (some 150 English words) that is not cut off is the article itself."""

_ADDRESS: Final = re.compile(r"[<(\[]?(?:mailto:)?[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]+[>)\]]?")
_AFTER_ELLIPSIS: Final = re.compile(r"\W*+[^\n]{0,40}\n?")
_IMAGE_NAME: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)", re.IGNORECASE)


def read_entry(raw: Raw, feed: Raw, version: str, url: str, inherited: tuple[str, ...]) -> ParsedEntry:
    """``feed`` is the raw feed that the entry belongs to, ``url`` its address, ``inherited`` the authors it names."""
    summary, content = _texts(raw, atom=version.startswith("atom"))
    language = _language(raw, feed)
    published, updated = _dates(raw, hints_of(url, language), atom=version.startswith("atom"))
    return ParsedEntry(
        id=clean(as_given(raw, "id")).strip() or None,
        url=link_of(raw, url),
        title=title_of(raw),
        summary=summary,
        content=content,
        authors=authors_of(raw) or inherited,
        tags=_tags(raw),
        language=language,
        image=_image(raw, url),
        published=published.value,
        updated=updated.value,
        published_precision=published.precision,
        updated_precision=updated.precision,
        published_raw=published.raw,
    )


def title_of(raw: Raw) -> str | None:
    """A title on one line. Atom says whether it is markup (RFC 4287 §3.1); elsewhere it is read as such."""
    return one_line(_plain(string(raw, "title"), _kind(raw, "title", "text/html"), trusted=True)) or None


def _plain(text: str, kind: str, *, trusted: bool = False) -> str:
    if kind == "text/plain" and (trusted or not is_markup(text)):
        return plain_lines(text)
    return without_cdata_markers(plain_text(text))  # which were escaped twice


def _kind(raw: Raw, key: str, default: str) -> str:
    return next((string(detail, "type") for detail in dicts(raw, f"{key}_detail")), "") or default


def _texts(raw: Raw, *, atom: bool) -> tuple[str | None, str | None]:
    bodies = (body for body in dicts(raw, "content") if _is_text(string(body, "type")))
    content = max((_plain(string(body, "value"), string(body, "type")) for body in bodies), key=len, default="")
    given = string(raw, "summary")
    if any(given == string(body, "value") for body in dicts(raw, "content")):
        given = ""  # feedparser's copy, not the feed's
    summary = _plain(given, _kind(raw, "summary", "text/html"))
    if not summary and not content:
        summary = _plain(string(raw, "caption"), _kind(raw, "caption", "text/html"))
    if summary == content:
        summary = ""
    if not content and not atom and len(summary) >= FULL_TEXT_CHARS and not _is_cut_off(summary):
        summary, content = "", summary
    return summary or None, content or None


def _is_cut_off(text: str) -> bool:
    """Whether an ellipsis stands at the end, or only a few words ("Read more") stand after it."""
    _, ellipsis, after = text[-80:].replace("...", "…").rpartition("…")
    return bool(ellipsis) and _AFTER_ELLIPSIS.fullmatch(after) is not None


def _is_text(kind: str) -> bool:
    return not kind or kind.startswith("text/") or kind.endswith(("xhtml+xml", "/xml", "/html"))


def link_of(raw: Raw, base: str) -> str | None:
    """The article's address: FeedBurner's original, the alternate link, or a guid that is a permalink."""
    if original := absolute(string(raw, "feedburner_origlink"), base):
        return original
    links = [link for link in dicts(raw, "links") if (string(link, "rel") or "alternate") == "alternate"]
    links.sort(key=lambda link: (string(link, "type") or "text/html") not in ("text/html", "application/xhtml+xml"))
    candidates = [absolute(string(link, "href"), base) for link in links]
    # What feedparser took for the link though there is no link element: a guid that does not say
    # isPermaLink="false". RSS 2.0 makes that a permalink, and many a bare number is none: it has to be a whole URL.
    candidates.append(absolute(string(raw, "link"), ""))
    # An empty link resolves to the feed itself.
    return next((address for address in candidates if address and address != base), None)


def _dates(raw: Raw, hints: Hints, *, atom: bool) -> tuple[FeedDate, FeedDate]:
    # dc:date, which is an update to feedparser, is all that RSS 1.0 and many RSS 2.0 feeds have.
    keys = ("published", "created") if atom else ("published", "created", "updated")
    published = feed_date((string(raw, key) for key in keys), hints)
    return published, feed_date((string(raw, "updated"),), hints)


def inherited_authors(feed: Raw, version: str) -> tuple[str, ...]:
    """The authors of an entry that names none. Only Atom says so (RFC 4287 §4.2.1)."""
    return authors_of(feed) if version.startswith("atom") else ()


def authors_of(raw: Raw) -> tuple[str, ...]:
    """The names of the people that a raw feed or entry names, each once."""
    names = [string(author, "name") for author in dicts(raw, "authors")]
    if not any(names):
        names = [string(raw, "author")]
    return distinct(_person(plain_text(name)) for name in names)


def _person(text: str) -> str:
    """The name in ``name``, ``name <address>`` or ``address (name)``; an address alone names nobody."""
    name = _ADDRESS.sub(" ", one_line(text)[:300]).strip(' ,;:"')
    return name.removeprefix("(").removesuffix(")").strip() if name[:1] == "(" and name[-1:] == ")" else name


def _tags(raw: Raw) -> tuple[str, ...]:
    terms = (one_line(plain_text(string(tag, "label") or string(tag, "term"))) for tag in dicts(raw, "tags"))
    return distinct(term for term in terms if not term.startswith(("http://", "https://")))


def _language(raw: Raw, feed: Raw) -> str | None:
    details = [detail for key in ("content", "summary_detail", "title_detail") for detail in dicts(raw, key)]
    given = (string(raw, "language"), *(string(detail, "language") for detail in details), string(feed, "language"))
    return next((tag for tag in map(language_tag, given) if tag), None)


def _image(raw: Raw, base: str) -> str | None:
    candidates = [
        *sorted((media for media in dicts(raw, "media_content") if _is_image(media)), key=_width, reverse=True),
        *(link for link in dicts(raw, "links") if string(link, "rel") == "enclosure" and _is_image(link)),
        *dicts(raw, "media_thumbnail"),
        *dicts(raw, "image"),
        *dicts(raw, "itunes_image"),
    ]
    addresses = (absolute(string(found, "url") or string(found, "href"), base) for found in candidates)
    return next((address for address in addresses if address), None)


def _is_image(media: Raw) -> bool:
    kind = string(media, "type") or string(media, "medium")
    return kind.startswith("image") if kind else bool(_IMAGE_NAME.search(string(media, "url") or string(media, "href")))


def _width(media: Raw) -> int:
    digits = string(media, "width").strip()
    return int(digits) if digits.isdecimal() and len(digits) < 6 else 0
