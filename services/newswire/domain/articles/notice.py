"""Whether a line is a notice of a server, such as "Sorry, this page is temporarily unavailable", and nothing else.

"Not found", "temporarily unavailable" and "redirected" stand in headlines as well ("Missing hiker not found"). In a
notice no other words stand beside them but words of courtesy, small words, and the names of things on the web.
"""

import re
from typing import Final

_PARTING: Final = re.compile(r"\n|\s[–—·•»«-]\s|[|｜]")
"""What parts a title from the name of its site. A colon does not: in headlines a topic stands before it."""
_LONGEST: Final = 120
"""Characters of a notice."""
_WORD: Final = re.compile(r"\w++")
# fmt: off
_BESIDE: Final = frozenset((
    "sorry", "oops", "whoops", "error", "http", "please", "wait", "we", "you", "i", "it", "m", "re", "s", "is", "are",
    "was", "has", "been", "being", "be", "will", "am", "a", "an", "the", "this", "that", "our", "your", "us", "to",
    "on", "at", "by", "for", "now", "currently", "requested", "looking", "new", "end",
    "404", "410", "500", "502", "503", "504",
    "page", "pages", "web", "website", "site", "url", "file", "document", "content", "article", "story", "post",
    "resource", "server", "address", "link", "video", "service",
    "leider", "sie", "der", "die", "das", "diese", "dieser", "dieses", "unsere", "ist", "sind", "wird", "werden",
    "wurde", "auf", "zu", "zur", "neue", "derzeit", "fehler", "seite", "artikel", "inhalt", "beitrag", "automatisch",
    "le", "la", "les", "el", "este", "il", "lo", "o", "het", "de", "est", "está", "è", "sitio", "sito", "pagina",
    "página", "сайт", "сайте", "страница", "на",
))
# fmt: on


def alone(phrases: str) -> str:
    """The regular expression for `has_notice` of ``phrases``: alternatives, lower case, each of whole words."""
    return rf"(?<!\w)(?:{phrases})(?!\w)"


def has_notice(text: str, phrases: re.Pattern[str]) -> bool:
    """Whether a part of a title, or a line of a text, says one of ``phrases`` (see `alone`) and nothing else."""
    return any(_is_notice(part, phrases) for part in _PARTING.split(text) if len(part) <= _LONGEST)


def _is_notice(part: str, phrases: re.Pattern[str]) -> bool:
    around = (f"{part[: found.start()]} {part[found.end() :]}" for found in phrases.finditer(part))
    return any(_BESIDE.issuperset(_WORD.findall(words.lower())) for words in around)
