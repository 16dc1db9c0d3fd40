"""HTML to plain text, in time linear in its length whatever it holds.

Feeds carry fragments, not documents, and hostile ones at that: a scanner without a tree has no depth
to run out of. Comments, declarations and elements that hold no prose are dropped, the borders of
block elements part paragraphs, character references are decoded once.
"""

import re
from typing import Final

from newswire.domain.text import references
from newswire.domain.text.characters import NOT_TEXT
from newswire.parsing.text.surrogates import with_joined_surrogates

MAX_CHARS: Final = 1_000_000
"""Longer texts are cut here: no article is, and an event has to fit a record."""

_MAX_MARKUP: Final = 8 * MAX_CHARS

# fmt: off
_BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
))
# fmt: on
_CELLS: Final = frozenset(("td", "th"))

# Possessive throughout, and never past a "<" outside quotes. A name has no quote in it, so that two tags that begin
# at different places can never agree about which quotes open and which close: few of them read on to the end.
_MARKUP: Final = re.compile(
    r"""<(?: !--.*?(?:-->|\Z)
          | !\[CDATA\[ | [!?][^>]*+>?
          | (?P<silent>script|style|template)(?=[\s/>]).*?(?:</(?P=silent)[^>]*+>?|\Z)
          | /?(?P<name>[a-z][^\s/<>"']*+)(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>
          | /?(?P<sloppy>[a-z][^\s/<>]*+)[^<>]*+(?:>|\Z)
        )
      | \]\]>""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_BLANK_LINE: Final = re.compile(r"\n\s*\n")
_PROSE_MARKUP: Final = re.compile(r"</(?:p|a|div|span|em|strong|b|i|li|ul|ol|h[1-6])>|<br ?/?>", re.IGNORECASE)


def clean(text: str) -> str:
    """Without what no text may hold: control characters (tabs and line ends stay), lone surrogates, non-characters."""
    return NOT_TEXT.sub("", text)


def decode_references(text: str) -> str:
    """Character references decoded once.

    Two references for the halves of a surrogate pair are one character. References beyond Unicode become U+FFFD.
    """
    return references.decode_references(with_joined_surrogates(text)) if "&" in text else text


def plain_text(html: str) -> str:
    r"""The text of an HTML fragment, paragraphs parted by ``\\n``, white space collapsed, at most `MAX_CHARS` long."""
    html = html[:_MAX_MARKUP]
    if "<" not in html:
        return plain_lines(decode_references(html))
    pieces = []
    at = 0
    for markup in _MARKUP.finditer(html):
        pieces.append(_words(html[at : markup.start()]))
        at = markup.end()
        name = (markup["name"] or markup["sloppy"] or "").lower()
        if name in _BLOCKS:
            pieces.append("\n")
        elif name in _CELLS:
            pieces.append(" ")
    pieces.append(_words(html[at:]))
    return _joined("".join(pieces).split("\n"))


def plain_lines(text: str) -> str:
    r"""Plain text, paragraphs parted by ``\\n``: blank lines part them; where there are none, line ends do."""
    text = clean(text[:_MAX_MARKUP])
    return _joined(_BLANK_LINE.split(text) if _BLANK_LINE.search(text) else text.splitlines())


def one_line(text: str) -> str:
    """Plain text on one line."""
    return " ".join(clean(text).split())


def is_markup(text: str) -> bool:
    """Whether text that was declared plain is HTML all the same."""
    return _PROSE_MARKUP.search(text) is not None


def _words(text: str) -> str:
    """Character data between two pieces of markup; its own line ends are no paragraphs."""
    if not text:
        return text
    decoded = clean(decode_references(text))
    inner = " ".join(decoded.split())
    if not inner:
        return " "
    return (" " if decoded[0].isspace() else "") + inner + (" " if decoded[-1].isspace() else "")


def _joined(paragraphs: list[str]) -> str:
    lines = (" ".join(paragraph.split()) for paragraph in paragraphs)
    return "\n".join(line for line in lines if line)[:MAX_CHARS].rstrip()
