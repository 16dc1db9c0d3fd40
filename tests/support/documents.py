"""The documents of this repository as tests read them: their code blocks, words in code type, links and headings.

A code block is run or validated, unless an HTML comment directly above it says otherwise:

``<!-- not run: REASON -->``
    a shell block that cannot run in a test; its commands are checked against the real command line all the same
``<!-- output -->``
    a text block that the shell block before it prints; ``…`` stands for anything, numbers and months may differ
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *(ROOT / folder / "README.md" for folder in ("deploy", "schemas", "services")),
)
_COMMENT = re.compile(r"<!-- (not run: \S.*|output) -->\n?")


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: Path
    line: int
    language: str
    """What follows the opening fence; empty where nothing does, and for a block that is merely indented."""
    text: str
    comment: str = ""
    """The HTML comment directly above: ``output`` or ``not run: …``."""

    @property
    def name(self) -> str:
        return f"{name(self.page)}:{self.line}"

    @property
    def is_run(self) -> bool:
        return self.language in {"sh", "python"} and not self.comment.startswith("not run")


def name(page: Path) -> str:
    """A page's path within the repository."""
    return page.relative_to(ROOT).as_posix()


@cache
def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def blocks(page: Path, text: str | None = None) -> list[Block]:
    """Every code block of a page, in order."""
    found = []
    comment = ""
    for token in tokens(page.read_text(encoding="utf-8") if text is None else text):
        if token.type in {"fence", "code_block"}:
            assert token.map
            found.append(Block(page, token.map[0] + 1, token.info.strip(), token.content, comment))
        marked = _COMMENT.fullmatch(token.content) if token.type == "html_block" else None
        comment = marked.group(1) if marked else ""
    return found


def code_spans(text: str) -> list[str]:
    """Every stretch of code type within a page's text, headings and tables, in order."""
    return [" ".join(child.content.split()) for child in _inline(text) if child.type == "code_inline"]


def links(text: str) -> list[str]:
    """Every target that a page links to, in order."""
    return [str(child.attrs["href"]) for child in _inline(text) if child.type == "link_open"]


def anchors(text: str) -> list[str]:
    """The fragment that GitHub gives to each heading: lower case, no punctuation, hyphens for spaces."""
    found = tokens(text)
    headings = [after.content for token, after in pairwise(found) if token.type == "heading_open"]
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def _inline(text: str) -> Iterator[Token]:
    for token in tokens(text):
        yield from token.children or ()
