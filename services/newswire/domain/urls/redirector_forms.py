"""How redirectors write an address inside their own: one function per way.

Each goes from the outer address to the text of the inner one, or to None where that is not there or not beyond doubt.
Whether the text is an address is for the caller to find out.
"""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from typing import Final

from newswire.domain.urls.syntax import HttpUrl

TargetReader = Callable[[HttpUrl], str | None]

_ASCII_ESCAPE: Final = re.compile(r"%([0-7][0-9A-Fa-f])")
_ABSOLUTE: Final = re.compile(r"https?://", re.IGNORECASE)
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_DISQUS: Final = re.compile(r"(?P<address>.+):[A-Za-z0-9_-]{27}")
_AMP: Final = re.compile(r"(?P<secure>s/)?(?P<rest>[^/.]+\.[^/]+(?:/.*)?)")
_PROOFPOINT: Final = re.compile(r"/v3/__(?P<text>.+?)__;(?P<hidden>[A-Za-z0-9_-]*={0,2})!.*", re.DOTALL)
_RUN: Final = re.compile(r"\*(?:\*(.))?")
_RUN_LENGTHS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def in_query(*names: str) -> TargetReader:
    """The value of one of these parameters, with its escapes decoded once.

    None where several of them hold different addresses, and where the value has a question mark of its own and
    more follows: its author escaped nothing, and the rest may belong to either address.
    """

    def read(url: HttpUrl) -> str | None:
        found: set[str] = set()
        parts = url.query.split("&")
        for place, part in enumerate(parts, 1):
            name, _, value = part.partition("=")
            if name.removeprefix("amp;") not in names or not _ABSOLUTE.match(decoded(value)):
                continue
            if "?" in value and place < len(parts):
                return None
            found.add(decoded(value))
        return found.pop() if len(found) == 1 else None

    return read


def whole_query(url: HttpUrl) -> str | None:
    """The whole query is the address, as it stands or escaped."""
    return url.query if _ABSOLUTE.match(url.query) else decoded(url.query)


def below(prefix: str, scheme: str) -> TargetReader:
    """What follows ``prefix`` in the path is the address without its ``scheme``."""

    def read(url: HttpUrl) -> str | None:
        rest = url.path.removeprefix(prefix)
        return f"{scheme}://{rest}" + (f"?{url.query}" if url.query else "") if rest != url.path else None

    return read


def amp_cache(prefix: str) -> TargetReader:
    """AMP's caches and viewers: after ``prefix`` the address without scheme, after ``s/`` that of an https one."""

    def read(url: HttpUrl) -> str | None:
        found = _AMP.fullmatch(url.path.removeprefix(prefix))
        if not url.path.startswith(prefix) or found is None:
            return None
        scheme = "https" if found["secure"] else "http"
        return f"{scheme}://{found['rest']}" + (f"?{url.query}" if url.query else "")

    return read


def bing(url: HttpUrl) -> str | None:
    """bing.com/ck/a: ``u`` is "a1" and the address in base64 (RFC 4648 §5, without padding)."""
    values = {value for name, _, value in (part.partition("=") for part in url.query.split("&")) if name == "u"}
    if len(values) != 1 or not (value := values.pop()).startswith("a1"):
        return None
    return _text(value[2:])


def disqus(url: HttpUrl) -> str | None:
    """disq.us: in ``url`` stand the address, a colon and the 27 characters of its signature."""
    found = _DISQUS.fullmatch(in_query("url")(url) or "")
    return found["address"] if found else None


def yahoo(url: HttpUrl) -> str | None:
    """r.search.yahoo.com: a segment of the path is ``RU=`` and the escaped address."""
    values = {segment[3:] for segment in url.path.split("/") if segment.startswith("RU=")}
    return decoded(values.pop()) if len(values) == 1 else None


def proofpoint_2(url: HttpUrl) -> str | None:
    """Proofpoint v2: in ``u`` a hyphen stands for a percent sign, an underscore for a slash."""
    values = {value for name, _, value in (part.partition("=") for part in url.query.split("&")) if name == "u"}
    return decoded(values.pop().replace("-", "%").replace("_", "/")) if len(values) == 1 else None


def proofpoint_3(url: HttpUrl) -> str | None:
    """Proofpoint v3: the address between ``__`` and ``__;``, in which asterisks stand for characters that follow.

    One asterisk is one of them; two and a letter are as many as the letter says, from 2 on. They follow in base64.
    """
    found = _PROOFPOINT.fullmatch(url.path + (f"?{url.query}" if url.query else ""))
    hidden = _text(found["hidden"]) if found else None
    if found is None or hidden is None:
        return None
    place = 0

    def shown(run: re.Match[str]) -> str:
        nonlocal place
        begin, place = place, place + (_RUN_LENGTHS.find(run[1]) + 2 if run[1] else 1)
        return hidden[begin:place]

    text = _RUN.sub(shown, decoded(found["text"]))
    return text if place == len(hidden) else None


def decoded(value: str) -> str:
    """Escapes of ASCII characters as those characters; the others stay, so that no byte is lost.

    A plus is a plus: a space has no place in an address, so nobody can have meant one.
    """
    return _ASCII_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), value)


def _text(base64: str) -> str | None:
    if base64 and not _BASE64.fullmatch(base64):
        return None
    bare = base64.rstrip("=")
    try:
        return urlsafe_b64decode(bare + "=" * (-len(bare) % 4)).decode()
    except (Base64Error, UnicodeDecodeError):
        return None
