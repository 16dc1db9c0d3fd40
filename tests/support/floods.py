"""Texts that are hard for a regular expression: a beginning that it takes, then a flood, then an end that it does not.

A pattern that may divide one text in many ways, or that looks from each place to the end, takes quadratic or
exponential time on one of them. This is how such patterns are usually attacked (Davis et al., "The Impact of Regular
Expression Denial of Service", 2018): the flood is something that a repeat of the pattern takes.
"""

import re
from collections.abc import Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined] # the parsed pattern has no public form
from typing import Any

UNITS = (
    *(" ", "\t", "\n", "a", "A", "z", "1", "2", "-", "--", "_", ".", ",", ";", ":", "/", "\\", "=", "&", "#", "%", "@"),
    *("'", '"', "<", ">", "[", "]", "(", ")", "{", "}", "*", "|", "!", "?", "+", "\0", "é", "É", "\u2014", "\u200d"),
    *("<!--", "<!-- -->", "<!---->\n", "<a ", "<a>", "</", "<?", "&#", "&a", "&amp;", "a ", "Aa ", "a.", "a,", "1."),
    *("中", "a=", 'a="', " ,", ", ", "\n ", "\r\n", "%41", "\\a", "//", "/a", "://", "a@", ". ", "- ", " - ", "0:"),
    *("<![CDATA[", "]]>"),
)  # fmt: skip
"""What is repeated, whichever the pattern is."""
TAILS = ("", "\0", "\nx\nx")
MOST_BEGINNINGS = 8
"""The empty one, a letter (a flood at the very beginning may match an anchor there), and those of least depth."""
MOST_WAYS = 40
"""Of an alternation within a repeat: as many of its ways are units of their own."""
Flood = tuple[str, str, str]
"""Beginning, unit and tail."""
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


def floods(pattern: re.Pattern[Any], length: int) -> Iterator[Flood]:
    """Beginning, unit and tail of each text; a text is made of them by `text_of`."""
    parsed = _parser.parse(pattern.pattern, pattern.flags)
    before: dict[str, int] = {"": 0, "a": 0}
    units: dict[str, None] = {}
    collect(list(parsed), "", before, units, (0, parsed.state))
    own = [unit for unit in [*units, *before] if unit and len(unit) * 4 <= length]
    for beginning in sorted(before, key=before.__getitem__)[:MOST_BEGINNINGS]:
        for unit in dict.fromkeys((*UNITS, *own)):
            for tail in TAILS:
                yield beginning, unit, tail


def text_of(flood: Flood, length: int) -> str:
    """The text of about ``length`` characters."""
    beginning, unit, tail = flood
    return beginning + unit * (length // len(unit)) + tail


def collect(items: list[Any], so_far: str, before: dict[str, int], units: dict[str, None], at: tuple[int, Any]) -> str:
    """Note what may stand before each repeat, and what each repeat takes; return a text that the items match.

    ``at`` is the depth in alternations and the parser's state. ``before`` keeps the depth of each beginning, so that
    those of the pattern itself come before those of one phrase among hundreds.
    """
    for operator, argument in items:
        here = so_far
        if operator in REPEATS:
            low, high, body = argument
            if high > 8:
                before.setdefault(so_far, at[0])
                units.update(dict.fromkeys(taken(body, at[1])))
            once = collect(list(body), here, before, units, at)[len(here) :]
            if high > 8 and once:
                units[once] = None
                before.setdefault(so_far + once, at[0])
            so_far += once * max(1, low)
        elif operator is _constants.BRANCH:
            ways = [collect(list(way), here, before, units, (at[0] + 1, at[1])) for way in argument[1]]
            units.update(dict.fromkeys(way[len(here) :] for way in ways[:MOST_WAYS] if here in before))
            so_far = max(ways, key=len)
        elif operator in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
            inner = argument[3] if operator is _constants.SUBPATTERN else argument
            so_far = collect(list(inner), here, before, units, at)
        elif operator in (_constants.ASSERT, _constants.ASSERT_NOT):
            collect(list(argument[1]), here, before, units, at)
        elif operator is _constants.LITERAL:
            so_far += chr(argument)
            units[chr(argument)] = None
        elif operator in (_constants.IN, _constants.ANY, _constants.NOT_LITERAL):
            so_far += next(iter(taken([(operator, argument)], at[1])), "")
    return so_far


def taken(body: Any, state: Any) -> list[str]:
    """The units that the body of a repeat takes whole."""
    try:
        compiled = _compiler.compile(_parser.SubPattern(state, list(body)), state.flags & ~re.DEBUG)
        return [unit for unit in UNITS if compiled.fullmatch(unit)]
    except (re.error, IndexError, TypeError, RuntimeError):
        return []  # it refers to a group outside of it, or it is a pattern of bytes
