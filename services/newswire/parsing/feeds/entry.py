"""One of feedparser's raw entries to a `ParsedEntry`. Nothing about a raw value is believed, its type included."""

import re
from dataclasses import dataclass
from typing import Final

from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.parsing.feeds.dates import FeedDate, feed_date
from newswire.parsing.feeds.links import link_of, stand_in_of
from newswire.parsing.feeds.raw import Raw, as_given, dicts, distinct, language_tag, string
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.cdata import without_cdata_markers
from newswire.parsing.text.plain_text import clean, is_markup, one_line, plain_lines, plain_text
from newswire.parsing.text.time_zones import ZoneHints, hints_of

FULL_TEXT_CHARS: Final = 1_000
"""A description of this length (some 150 English words) that is not cut off is the article itself."""

_ADDRESS: Final = re.compile(r"[<(\[]?(?:mailto:)?[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"]+[>)\]]?")
_AFTER_ELLIPSIS: Final = re.compile(r"\W*+[^\n]{0,40}\n?")
_IMAGE_NAME: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedContext:
    """The document that an entry stands in."""

    feed: Raw
    """The raw feed."""
    version: str
    """feedparser's name of the format."""
    url: str
    """The document's address."""
    base: str
    """What relative links are resolved against (`newswire.domain.feeds.link_base`)."""
    authors: tuple[str, ...] = ()
    """The authors of an entry that names none."""
    cut_off: bool = False
    """The document ends within the entry: its link may be missing for once, so nothing stands in for it."""


def read_entry(raw: Raw, document: FeedContext) -> ParsedEntry:
    """One raw entry as a value."""
    atom, base = document.version.startswith("atom"), document.base
    summary, content = _texts(raw, atom=atom)
    url = link_of(raw, base, document.url)
    if url is None and not document.cut_off and (url := stand_in_of(raw, base, document.url)):
        summary, content = whole_text(summary, content)
    language = _language(raw, document.feed)
    published, updated = _dates(raw, hints_of(document.url, language), atom=atom)
    return ParsedEntry(
        id=clean(as_given(raw, "id")).strip() or None,
        url=url,
        title=title_of(raw),
        summary=summary,
        content=content,
        authors=authors_of(raw) or document.authors,
        tags=_tags(raw),
        language=language,
        image=_image(raw, base),
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


def whole_text(summary: str | None, content: str | None) -> tuple[str | None, str | None]:
    """Summary and content of an entry that does not say where its page is: the summary may be all there is."""
    return (summary, content) if content else (None, summary)


def _is_cut_off(text: str) -> bool:
    """Whether an ellipsis stands at the end, or only a few words ("Read more") stand after it."""
    _, ellipsis, after = text[-80:].replace("...", "…").rpartition("…")
    return bool(ellipsis) and _AFTER_ELLIPSIS.fullmatch(after) is not None


def _is_text(kind: str) -> bool:
    return not kind or kind.startswith("text/") or kind.endswith(("xhtml+xml", "/xml", "/html"))


def _dates(raw: Raw, hints: ZoneHints, *, atom: bool) -> tuple[FeedDate, FeedDate]:
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
