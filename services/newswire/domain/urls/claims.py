"""Canonical links that a template gives all its pages: the site's root, a section front, a script without its ``?id=``.

Such a claim would make one article of many. It is told from an honest one by the address alone: when in doubt two
addresses stay two, and the content hash finds the copy.
"""

import re
from typing import Final

from newswire.domain.urls.syntax import HttpUrl

_INDEX: Final = re.compile(r"(?:index|default|home|main)\.(?:s?html?|php\d?|aspx?|jsp|cfm)", re.IGNORECASE)
_FORM: Final = re.compile(
    r"\d{1,3}|(?:page|seite|p)[-_]?\d{0,3}|amp|print|printable|printer|druck|drucken|m|mobile|full|single|all|text|index"
    r"|comments?|photos?|gallery|embed|feed|share|view|amp\.html?|print\.html?",
    re.IGNORECASE,
)
"""Path segments that name another form of the page before them."""
_NAMES_A_PAGE: Final = re.compile(
    r"(?:.{0,20}[-_]?)(?:id|nr|no|num|guid|slug)|[pqatn]|article|artikel|story|item|post|doc|entry|news|node|title|name",
    re.IGNORECASE,
)
_NAMES_A_VISIT: Final = frozenset({"sid", "sessid", "phpsessid", "sessionid", "session_id", "clientid", "userid"})
_FORM_PARAMS: Final = frozenset({"p", "page"})
_PAGE_NUMBER: Final = re.compile(r"\d{1,2}")


def template_claim(claimed: HttpUrl, page: HttpUrl) -> bool:
    """Whether ``claimed`` is an address that cannot be this page's alone.

    That is the site's root, an index file of the root or of a section, a directory above the page, or the page's own
    path without the query parameter that tells its pages apart. A print, AMP or numbered form below or beside the
    claimed address is a form of it.
    """
    if claimed.query or claimed.fragment:
        return False
    front, of_index = _directory(claimed.path)
    here, _ = _directory(page.path)
    if not front:
        return bool(here or page.query)
    if front == here:
        return _loses_its_query(page)
    below = here[len(front) :] if here[: len(front)] == front else None
    if below is None:
        return of_index and len(front) <= 1
    return not all(_FORM.fullmatch(segment) for segment in below)


def _directory(path: str) -> tuple[tuple[str, ...], bool]:
    """The path's segments without a closing slash or an index file, and whether there was an index file."""
    segments = [segment for segment in path.split("/") if segment]
    if segments and _INDEX.fullmatch(segments[-1]):
        return tuple(segments[:-1]), True
    return tuple(segments), False


def _loses_its_query(page: HttpUrl) -> bool:
    for part in page.query.split("&"):
        name, _, value = part.partition("=")
        if name.lower() in _NAMES_A_VISIT or (name.lower() in _FORM_PARAMS and _PAGE_NUMBER.fullmatch(value)):
            continue
        if value and _NAMES_A_PAGE.fullmatch(name):
            return True
    return False
