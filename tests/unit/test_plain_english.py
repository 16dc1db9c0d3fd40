"""Docstrings, comments and messages keep to the mechanical part of plain English.

The rest of it, subject, verb, object and a named noun, is for reviewers. The phrases were picked because readers whose
first language is not English stumbled over them.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "services" / "newswire"
RIDDLES = re.compile(
    r"\b(?:(?:is|are|was|were|be|been|being) had|tell(?:s|ing)? of|told of|who(?:m)?ever|line empty)\b", re.IGNORECASE
)
BARE_OF = re.compile(r"\s*Of\b")


def riddles(source: str) -> list[str]:
    """Each breach in a module's text, as ``line: words``."""
    tree = ast.parse(source)
    found = [(line, words) for line, text in (*_strings(tree), *_comments(source)) for words in _phrases(text)]
    found += [(line, "begins with Of") for line, text in _docstrings(tree) if BARE_OF.match(text)]
    return [f"{line}: {words}" for line, words in sorted(set(found))]


def _phrases(text: str) -> list[str]:
    return [" ".join(each[0].split()) for each in RIDDLES.finditer(" ".join(text.split()))]


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts that stand as statements: of modules, classes and functions, and below a constant or a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Comments, those in lines one after the other as one text."""
    line, block = -1, [""]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != line + len(block):
                yield line, " ".join(block)
                line, block = token.start[0], []
            block.append(token.string.lstrip("# "))
    yield line, " ".join(block)


def test_docstrings_comments_and_messages_hold_no_riddle():
    found = {path.relative_to(PACKAGE).as_posix(): riddles(path.read_text()) for path in PACKAGE.rglob("*.py")}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('"""Of one page."""', "1: begins with Of"),
        ('class A:\n    x: int\n    """Of a hub\'s answer."""', "3: begins with Of"),
        ('"""A page that cannot be\nhad."""', "1: be had"),
        ('def f(url):\n    raise Retry(f"{url} was had")', "2: was had"),
        ("x = 1  # whoever reads it", "1: whoever"),
        ("# It tells\n# of news.\nx = 1", "1: tells of"),
        ('"""Work the line empty."""', "1: line empty"),
    ],
)
def test_a_planted_riddle_is_found(source, said):
    assert riddles(source) == [said]


def test_other_sentences_are_left_alone():
    source = '"""Offsets of one page; it had two. Tell a reader."""\nx = "Of course"  # the officer\n'
    assert riddles(source) == []
