"""The cookies of one redirect chain: kept from its first request to its last, and then forgotten.

Some servers set a cookie and redirect to the same address; without the cookie they redirect for ever. Domain, path,
``Secure`` and expiry follow RFC 6265 §5, by aiohttp's jar.
"""

from collections.abc import Sequence
from http.cookies import Morsel
from typing import Final

import aiohttp
from yarl import URL

from newswire.domain.urls.canonical import site_of
from newswire.domain.urls.syntax import HttpUrl

MAX_COOKIES: Final = 50
"""Set-Cookie lines of one chain that are read (RFC 6265 §6.1: at least 50 cookies of one domain)."""
MAX_COOKIE: Final = 4_096
"""Bytes of one Set-Cookie line (RFC 6265 §6.1); a longer one is not read."""
MAX_HEADER: Final = 8_192
"""Characters of one Cookie header; the cookies beyond are not sent."""


class Cookies:
    """The cookies that one chain of redirects was given. Needs a running event loop once it is given any."""

    def __init__(self) -> None:
        self._jar: aiohttp.CookieJar | None = None
        self._lines = 0

    def take(self, url: HttpUrl, lines: Sequence[str]) -> None:
        """Keep the cookies that the answer from ``url`` sets, given as the values of its Set-Cookie headers."""
        kept = [line for line in lines if len(line) <= MAX_COOKIE][: MAX_COOKIES - self._lines]
        if not kept:
            return
        self._lines += len(kept)
        if self._jar is None:
            # "unsafe" is the jar's word for cookies of IP addresses; they are for the one address alone.
            self._jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        address = URL(url.document, encoded=True)
        self._jar.update_cookies_from_headers(kept, address)
        self._give_back(address)

    def header(self, url: HttpUrl) -> str | None:
        """The value of the Cookie header for ``url``; None where no cookie is for it."""
        if self._jar is None:
            return None
        value = ""
        for morsel in self._jar.filter_cookies(URL(url.document, encoded=True)).values():
            longer = f"{value}; {morsel.key}={morsel.coded_value}" if value else f"{morsel.key}={morsel.coded_value}"
            if len(longer) > MAX_HEADER or not _sendable(longer):
                continue
            value = longer
        return value or None

    def _give_back(self, address: URL) -> None:
        """Drop the cookies that were set for all hosts of a public suffix, from any host (§5.3, step 5).

        A cookie that the suffix's own host set is kept, for that host alone.
        """
        if self._jar is None:
            return
        shared = self._jar.host_only_cookies
        bad = [
            morsel
            for morsel in self._jar
            if is_public_suffix(morsel["domain"])
            and (morsel["domain"], morsel["path"].rstrip("/"), morsel.key) not in shared
        ]
        if not bad:
            return
        self._jar.clear(lambda morsel: any(morsel is one for one in bad))
        for morsel in bad:
            if morsel["domain"] == address.raw_host:
                own: Morsel[str] = morsel.copy()
                own["domain"] = ""
                self._jar.update_cookies([(own.key, own)], address)


def is_public_suffix(domain: str) -> bool:
    """Whether a stranger could register a name below ``domain``; also true of a name under no known suffix."""
    below = f"x.{domain}"
    try:
        return site_of(below) == below
    except ValueError:
        return True


def _sendable(value: str) -> bool:
    return value.isprintable() and value.isascii()
