"""Every regular expression of newswire takes time linear in its input, on whatever text.

The test finds the patterns by itself (`support.patterns`), so a new one is tested from the day it is written, wherever
it stands. Each is run over floods that are made for it (`support.floods`), in the way that the code runs it.

There is no clock to be beaten. A short first run only chooses the slowest texts. A run of 200,000 characters decides:
it has 2 s of this process's own processor time (`support.growth`). A linear pattern takes some 0.01 s of them, a
quadratic one far over 10 s, an exponential one never ends. A busy machine, which only makes a process wait, changes
nothing about that.
"""

import re

import pytest

from support.growth import not_linear
from support.patterns import hidden_patterns, modules, patterns

pytestmark = pytest.mark.beside

FAULTY = {
    "white space and comments in any order": re.compile(
        r"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:rss|feed)\b", re.DOTALL
    ),
    "two repeats that take the same": re.compile(r"photo\s*(?:by)?\s*:.*"),
    "a repeat that begins anywhere, but for a flood at the very beginning": re.compile(r"^[\W_]+|[\W_]+$"),
    "an opening without its end": re.compile(r"\(.*?\)"),
    "an opening of bytes without its end": re.compile(rb"<meta\b[^>]*?\bcharset"),
    "a lookahead to the end": re.compile(r"/{3,}(?=[^/])"),
    "a repeat of a repeat": re.compile(r"(?:[a-z]+-?)+\."),
}
LINEAR = {
    "possessive repeats": re.compile(r"photo\s*+(?:by\s*+)?:.*"),
    "a repeat that begins where its run begins": re.compile(r"(?<![\W_])[\W_]++$"),
    "an end, or the end of the text": re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL),
    "a bounded repeat": re.compile(r"\(.{0,20}?\)"),
}
SMALL_BUDGET_S = 0.3
"""Enough to tell the patterns above from one another, on the same texts."""


def test_every_pattern_is_linear_on_every_flood():
    found = patterns()
    assert len(found) > 80, "the finder has lost its sight"
    faults = [
        f"{', '.join(sorted(each.names))} ({method}): beginning, unit and tail {flood}"
        for each in found
        for method in sorted(each.methods)
        if (flood := not_linear(each.pattern, method)) is not None
    ]
    assert not faults, "\n".join(faults)


def test_every_pattern_stands_where_the_test_above_finds_it():
    """A pattern in a function is compiled again and again, and is found by no walk over the modules."""
    assert not [place for module in modules() for place in hidden_patterns(module)]


@pytest.mark.parametrize("pattern", FAULTY.values(), ids=FAULTY)
def test_a_pattern_that_is_not_linear_is_noticed(pattern):
    assert not_linear(pattern, "finditer", SMALL_BUDGET_S) is not None


@pytest.mark.parametrize("pattern", LINEAR.values(), ids=LINEAR)
def test_a_pattern_that_is_linear_is_left_alone(pattern):
    assert not_linear(pattern, "finditer", SMALL_BUDGET_S) is None
