"""The article in the state that a single-page application embeds in its page (``__NEXT_DATA__`` and kin).

The state is JSON of any shape. Its longest run of prose below one list or object is taken for the article's text.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from newswire.parsing.text.plain_text import is_markup, plain_lines, plain_text

MAX_STATE: Final = 3_000_000
"""Characters of one script that are read."""
MAX_VALUES: Final = 100_000
"""Values of one state that are looked at."""
_LEAST: Final = 40
"""Characters of a text that counts as prose."""
_ASSIGNED: Final = re.compile(r"\s*+(?:window|self|globalThis)(?:\.|\[[\"'])[\w$.]{1,80}[\"']?\]?\s*+=\s*+(?=[{\[])")
_NO_TEXT: Final = frozenset(
    "url href src slug id seo metadata meta caption alt credit copyright related recommended comments bio "  # noqa: SIM905  # reads better as words
    "byline authors author tags breadcrumbs navigation menu footer header ads newsletter".split()
)
_KEYS: Final = frozenset({"body", "text", "content", "html", "value", "articlebody", "paragraph", "lead", "intro"})


def text_in_state(tree: Any, title: str | None) -> str:
    """The longest text in any embedded state; empty where there is none. A state that names ``title`` comes first."""
    best: tuple[bool, int, str] = (False, 0, "")
    for script in tree.iter("script"):
        source = script.text or ""
        value = _state(script, source) if _LEAST < len(source) <= MAX_STATE else None
        if value is not None and (text := _longest(value)):
            best = max(best, (bool(title) and str(title) in source, len(text), text))
    return best[2]


def _state(script: Any, source: str) -> object:
    kind = str(script.get("type", "")).split(";")[0].strip().casefold()
    start = 0
    if kind != "application/json":
        assigned = _ASSIGNED.match(source)
        if kind not in ("", "text/javascript", "application/javascript") or assigned is None:
            return None
        start = assigned.end()
    try:
        value: object = json.JSONDecoder(strict=False).raw_decode(source.lstrip() if not start else source, start)[0]
    except (ValueError, RecursionError):
        return None
    return value


def _longest(state: object) -> str:
    """The prose of the list or object that holds most of it: its own texts, and those of the members of its lists."""
    sums: dict[int, list[str]] = {}
    for owner, text in _texts(state):
        sums.setdefault(owner, []).append(text)
    return max(("\n".join(dict.fromkeys(texts)) for texts in sums.values()), key=len, default="")


def _texts(state: object) -> Iterator[tuple[int, str]]:
    """Each text that may be prose, in document order, with the number of the outermost list that it is a member of."""
    waiting: list[tuple[int, str, object]] = [(0, "", state)]
    for number in range(1, MAX_VALUES):
        if not waiting:
            return
        owner, key, value = waiting.pop()
        if isinstance(value, str):
            if len(value) >= _LEAST and " " in value and (key in _KEYS or not key):
                text = plain_text(value) if is_markup(value) else plain_lines(value)
                if len(text) >= _LEAST:
                    yield owner, text
        elif isinstance(value, dict):
            members = [(name.casefold(), each) for name, each in value.items() if name.casefold() not in _NO_TEXT]
            waiting.extend((owner, name, each) for name, each in reversed(members))
        elif isinstance(value, list):
            own = owner if key in ("children", "content", "items", "") and owner else number
            waiting.extend((own, key if key in _KEYS else "", each) for each in reversed(value))
