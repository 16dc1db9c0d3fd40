"""Redirects that end somewhere else than at the article.

Taken for the page, a consent wall would become one article with a thousand addresses.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from newswire.domain.urls.redirectors import is_redirector
from newswire.domain.urls.syntax import parse

_WALL_HOST: Final = re.compile(r"^(consent|login|signin|accounts?|auth|sso|id)\.", re.IGNORECASE)
_WALL_PATH: Final = re.compile(
    r"/(login|log-in|signin|sign-in|consent|cookiewall|cookie-wall|paywall|subscribe|sorry|captcha)(/|\.|$)",
    re.IGNORECASE,
)


def leads_nowhere(asked: str, final: str) -> bool:
    """Whether a fetch of ``asked`` ended (at ``final``) at a redirector's notice, a front page, a login or a wall.

    Raises:
        ValueError: ``final`` is no http(s) address.
    """
    if is_redirector(parse(final)):
        return True
    if asked == final:
        return False
    before, after = urlsplit(asked), urlsplit(final)
    to_front_page = after.path in {"", "/"} and not after.query and before.path not in {"", "/"}
    new_wall = bool(_WALL_HOST.match(after.netloc)) and after.netloc != before.netloc
    new_wall_path = bool(_WALL_PATH.search(after.path)) and not _WALL_PATH.search(before.path)
    return to_front_page or new_wall or new_wall_path
