"""feedparser's two parsers, corrected where their reading of an element does not serve news.

They are driven from `feed_xml` instead of through ``feedparser.parse``, which would decide the
encoding anew, take an image's caption for an article's text, rewrite guids into URLs, and spend most
of its time on cleaning markup that ends as plain text. feedparser 6 has no public hook for that; its
parser classes are used as they are, and tests/unit/test_feed.py notices if they change.
"""

from typing import Any, Final

from feedparser.api import LooseFeedParser, StrictFeedParser

from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.cdata import without_cdata_markers

_NETSCAPE: Final = "http://channel.netscape.com/rdf/simple/0.9/"
_NETSCAPE_TOO: Final = "http://my.netscape.com/rdf/simple/0.9/"
_PLAIN: Final = frozenset(("author", "category", "id", "link", "published", "updated"))
"""Elements that hold text alone."""
_NO_BASE: Final = "#newswire:no-xml-base"
_MARKUP: Final = frozenset(("a", "b", "div", "em", "font", "i", "p", "small", "span", "strong", "u"))


def without_base(url: str) -> str:
    """The base to give to a parser for a document from ``url`` whose links are resolved only under an xml:base.

    Its fragment tells it from an xml:base of the same address. A relative xml:base is resolved against it.
    """
    return url.partition("#")[0] + _NO_BASE


class _Corrections:
    """Where feedparser's reading of an element does not serve news."""

    sanitize_html = False
    resolve_relative_uris = False
    # An id is compared byte for byte (RFC 4287 §4.2.6.1): resolving would make it another one.
    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}

    # RFC 5005's module, RFC 6721's, and the other address of Netscape's RSS 0.9, which it does not know.
    namespaces = StrictFeedParser.namespaces | {
        "http://purl.org/syndication/history/1.0": "fh",
        "http://purl.org/atompub/tombstones/1.0": "at",
        _NETSCAPE: "",
    }
    _matchnamespaces = {uri.lower(): prefix for uri, prefix in namespaces.items()}  # noqa: RUF012  # feedparser's

    # feedparser looks for an address in a name by a pattern that cuts newer top-level domains in two.
    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()  # type: ignore[attr-defined]  # the mixin's
        people, name = context.get(f"{key}s"), context.get(key)
        if people and name and not people[-1].get("name"):
            people[-1]["name"] = name

    # A second text beside <description> would be taken for the article's full text.
    def _start_media_description(self, attributes: dict[str, str]) -> None:
        self.push_content("caption", attributes, "text/plain", 1)  # type: ignore[attr-defined]  # the mixin's

    def _end_media_description(self) -> None:
        self.pop_content("caption")  # type: ignore[attr-defined]  # the mixin's

    _start_itunes_summary = _start_dc_description = _start_abstract = _start_media_description
    _end_itunes_summary = _end_dc_description = _end_abstract = _end_media_description

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        """A prefix is declared."""
        known = _NETSCAPE_TOO if uri.lower() == _NETSCAPE else uri
        super().track_namespace(prefix, known)  # type: ignore[misc]  # the mixin's

    # It resolves an address with CDATA markers around it as a relative one. And it resolves at once, when the links
    # that tell the right base are not read yet.
    def resolve_uri(self, uri: str) -> str:
        """``uri`` resolved against the xml:base that it stands under; as it is where there is none."""
        uri, base = without_cdata_markers(uri), str(self.baseuri)  # type: ignore[attr-defined]  # the mixin's
        return uri if base.endswith(_NO_BASE) else absolute(uri, base) or uri

    # It takes what stands in a tombstone (RFC 6721) for parts of the feed.
    def _start_tombstone(self, attributes: dict[str, str]) -> None:
        self._start_item({})  # type: ignore[attr-defined]  # the mixin's
        self.__dict__.setdefault("deleted", []).append((len(self.entries) - 1, attributes))  # type: ignore[attr-defined]  # the mixin's

    def _end_tombstone(self) -> None:
        self._end_item()  # type: ignore[attr-defined]  # the mixin's

    _address = ""

    # <link uri="at://…">https://…</link>: it takes any attribute for the address and never looks at the text.
    def _start_link(self, attributes: dict[str, str]) -> None:
        others = [attributes.pop(name, None) for name in ("url", "uri")] if "href" not in attributes else []
        self._address = next(filter(None, others), "")
        super()._start_link(attributes)  # type: ignore[misc]  # the mixin's

    def _end_link(self) -> None:
        super()._end_link()  # type: ignore[misc]  # the mixin's
        links = self._get_context().get("links")  # type: ignore[attr-defined]  # the mixin's
        if self._address and isinstance(links, list) and links and not links[-1].get("href"):
            links[-1]["href"] = self.resolve_uri(self._address)
        self._address = ""

    # <author><p>Ada North</p></author>: it takes the markup for a field of the entry.
    def pop(self, element: str, strip_whitespace: int = 1) -> str | None:
        """An element's text is complete."""
        text: str | None = super().pop(element, strip_whitespace)  # type: ignore[misc]  # the mixin's
        stack: list[list[Any]] = self.elementstack  # type: ignore[attr-defined]  # the mixin's
        if text and stack and element in _MARKUP and stack[-1][0] in _PLAIN | _MARKUP:
            stack[-1][2].append(text)
        return text

    # It reads dates wrongly (`text.moments` reads them), and some slowly: their texts are kept as they are.
    def _end_published(self) -> None:
        self.pop("published")

    def _end_updated(self) -> None:
        self.pop("updated")

    def _end_created(self) -> None:
        self.pop("created")

    def _end_expirationdate(self) -> None:
        self.pop("expired")

    def _end_dcterms_valid(self) -> None:
        self.pop("validity")

    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_updated

    # It keeps the last of the hours and days alone.
    def _start_skiphours(self, _attributes: dict[str, str]) -> None:
        self.push("skiphours", 0)  # type: ignore[attr-defined]  # the mixin's

    def _start_skipdays(self, _attributes: dict[str, str]) -> None:
        self.push("skipdays", 0)  # type: ignore[attr-defined]  # the mixin's

    def _start_hour(self, _attributes: dict[str, str]) -> None:
        self.push("hour", 0)  # type: ignore[attr-defined]  # the mixin's

    def _start_day(self, _attributes: dict[str, str]) -> None:
        self.push("day", 0)  # type: ignore[attr-defined]  # the mixin's

    def _end_hour(self) -> None:
        self._skip("skiphours", self.pop("hour"))

    def _end_day(self) -> None:
        self._skip("skipdays", self.pop("day"))

    def _skip(self, within: str, value: str | None) -> None:
        stack: list[list[Any]] = self.elementstack  # type: ignore[attr-defined]  # the mixin's
        if value and stack and stack[-1][0] == within:
            self.feeddata.setdefault(within, []).append(value)  # type: ignore[attr-defined]  # the mixin's


# Handlers are found by the element's name, which has a hyphen.
setattr(_Corrections, "_start_at_deleted-entry", _Corrections._start_tombstone)  # noqa: SLF001  # our own class
setattr(_Corrections, "_end_at_deleted-entry", _Corrections._end_tombstone)  # noqa: SLF001  # our own class


class Strict(_Corrections, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """For well-formed XML: a SAX content handler."""


class Loose(_Corrections, LooseFeedParser):  # type: ignore[misc]  # feedparser has no types
    """For everything else: a tag scanner."""


class Recovered(Strict):
    """Takes elements whose prefix nobody declared, which recovery lets through, by their prefix."""

    def startElementNS(self, name: tuple[str | None, str], qname: str, attrs: Any) -> None:  # noqa: N802  # SAX
        """A tag opens (SAX2): ``name`` is its namespace and local name."""
        if name[0] is None and ":" in name[1]:
            self.unknown_starttag(name[1].lower(), [(key[1].lower(), value) for key, value in attrs.items()])
        else:
            super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: tuple[str | None, str], qname: str) -> None:  # noqa: N802  # SAX
        """A tag closes."""
        if name[0] is None and ":" in name[1]:
            self.unknown_endtag(name[1].lower())
        else:
            super().endElementNS(name, qname)
