"""A page's text as a tree, whatever it is."""

import json
import re
from itertools import islice
from typing import Any, Final

from lxml import etree, html

from newswire.domain.text.characters import XML_FORBIDDEN
from newswire.errors import Reject
from newswire.parsing.pages.crowded_tags import without_crowds
from newswire.parsing.text.surrogates import with_joined_surrogates

MAX_DEPTH: Final = 200
"""Elements nested deeper are unwrapped. libxml2 gives up at 256 and silently drops the rest of the page."""

_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or sound"),
    (b"\x00\x00\x00\x1cftyp", "a film"),
    (b"\x00\x00\x00\x20ftyp", "a film"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "compressed data"),
    (b"\x28\xb5\x2f\xfd", "compressed data"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
)
_FOREIGN_TYPE: Final = re.compile(
    r"\s*(?:image|audio|video|font)/|\s*application/(?:pdf|zip|octet-stream|msword)\b", re.IGNORECASE
)
_MARKUP: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|div|p|article|section|table|h[1-6]|span|a|br|main)\b", re.IGNORECASE
)
_FORBIDDEN: Final = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_NO_CHARACTERS: Final = ("\ufffe", "\uffff")
"""What XML forbids in UTF-8: control characters, and two code points that are no characters (XML 1.0 §2.2)."""
_MOST_HELD: Final = 50_000
_ONE_CLASS: Final = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""One Python class for all elements: lxml.html itself asks a Python function for the class of each."""
_BEFORE_ROOT: Final = re.compile(r"\s+|<\?xml[^>]*(?:>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_OTHER_ROOT: Final = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.IGNORECASE)


def refuse_foreign_bytes(body: bytes, content_type: str | None) -> None:
    """Raises `Reject` (``not-html``) when the bytes are plainly something else than a web page."""
    for magic, what in _MAGIC:
        if body.startswith(magic):
            raise Reject("not-html", f"The answer is {what}, not a web page.")
    if content_type and _FOREIGN_TYPE.match(content_type) and not _MARKUP.search(body[:4096].decode("latin-1")):
        raise Reject("not-html", f"The answer is {content_type.split(';')[0].strip()}, not a web page.")


def parse(text: str, utf8: bytes | None = None) -> tuple[Any, bool]:
    """The root element of a page, and whether elements had to be unwrapped for it to be read whole.

    ``utf8`` is the text as UTF-8, where that is at hand.

    Raises `Reject` (``not-html``) for a text that is no HTML.
    """
    if _is_other_xml(text):
        raise Reject("not-html", "The answer is XML of another kind (a feed or a sitemap), not a web page.")
    if text.lstrip()[:1] in ("{", "[") and _is_json(text):
        raise Reject("not-html", "The answer is JSON, not a web page.")
    if not _MARKUP.search(text):
        raise Reject("not-html", "The answer has no HTML element in it.")
    source = without_crowds(_as_xml(text, utf8))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Reject("not-html", f"The page cannot be parsed: {error}.") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message.lower() for entry in parser.error_log):
        return _parse_flattened(source), True
    return tree, False


def held(root: Any) -> list[Any]:
    """The first elements of a page. As long as somebody holds them, each walk over the page finds them made already.

    lxml makes the Python object of an element when it is asked for, and anew each time when nobody holds it.
    """
    return list(islice(root.iter(), _MOST_HELD))


def _as_xml(text: str, utf8: bytes | None) -> bytes:
    """UTF-8 without what XML forbids. Bytes are searched for control characters five times as fast as text."""
    allowed = with_joined_surrogates(text)
    for forbidden in _NO_CHARACTERS:
        if forbidden in allowed:  # one character is found a hundred times as fast as `replace` counts it
            allowed = allowed.replace(forbidden, "")
    if utf8 is None or allowed != text:
        utf8 = _encoded(allowed)
    return utf8.translate(None, _FORBIDDEN)


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:  # a lone half of a surrogate pair
        return XML_FORBIDDEN.sub("", text).encode("utf-8")


def _is_other_xml(text: str) -> bool:
    """Whether the root element, after white space, XML declarations and comments, is a feed's or a sitemap's.

    Each piece before the root is read once. One pattern for all of them would try every way to divide them.
    """
    at = 0
    while piece := _BEFORE_ROOT.match(text, at):
        at = piece.end()
    return _OTHER_ROOT.match(text, at) is not None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


class _Flattener:
    """A parser target that builds the tree but unwraps what is nested too deep; the text stays in place."""

    _LEAVES: Final = frozenset({"p", "h1", "h2", "h3", "li", "script", "style", "br"})

    def __init__(self) -> None:
        lookup = html.HtmlElementClassLookup()
        maker = html.HTMLParser()
        maker.set_element_class_lookup(lookup)
        self._builder = etree.TreeBuilder(element_factory=maker.makeelement)
        self._kept: list[bool] = []
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        keep = self._depth < MAX_DEPTH or (tag in self._LEAVES and self._depth < MAX_DEPTH + 10)
        self._kept.append(keep)
        if keep:
            self._depth += 1
            self._builder.start(tag, dict(attributes))

    def end(self, tag: str) -> None:
        if self._kept.pop():
            self._depth -= 1
            self._builder.end(tag)

    def data(self, data: str) -> None:
        self._builder.data(data)

    def close(self) -> Any:
        return self._builder.close()


def _parse_flattened(source: bytes) -> Any:
    try:
        return etree.fromstring(source, parser=etree.HTMLParser(target=_Flattener(), encoding="utf-8"))
    except (etree.LxmlError, ValueError, IndexError) as error:
        raise Reject("not-html", f"The page cannot be parsed: {error}.") from error
