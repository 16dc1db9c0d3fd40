"""What an HTTP answer's headers mean for the next request, as values (RFC 9110, RFC 9111)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from newswire.events import PageValidators

_MAX_VALIDATOR = 4096
_DIGITS_MAX = 9
_FOREVER_S: Final = 2**31
"""What a number of seconds that is too large counts as (RFC 9111 §1.2.2)."""
_DIRECTIVE: Final = re.compile(r'([^\s,;="]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?')
_DATE: Final = re.compile(r"[^,]*,?[^,]*")
_STALE: Final = timedelta(0)


def validators_of(headers: Mapping[str, str]) -> PageValidators:
    """ETag and Last-Modified, byte for byte; one that could not be sent back as a header is dropped."""
    return PageValidators(etag=_sendable(headers.get("etag")), last_modified=_sendable(headers.get("last-modified")))


def refreshed(stored: PageValidators, headers: Mapping[str, str]) -> PageValidators:
    """The validators after a 304: what it brings replaces what was stored (RFC 9111 §4.3.4)."""
    new = validators_of(headers)
    return PageValidators(etag=new.etag or stored.etag, last_modified=new.last_modified or stored.last_modified)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110 §10.2.3) as a wait from ``now``; None for nonsense and for the past."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX:
        wait = timedelta(seconds=int(value))
    elif (when := _date(value)) is not None:
        wait = when - now
    else:
        return None
    return wait if wait > timedelta(0) else None


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long the answer stays fresh from ``now`` on (RFC 9111 §4.2), zero or more; None when it does not say.

    As a private cache reads it: ``s-maxage`` is not for us. None too where it is not to be reused unasked
    (``no-cache``, ``no-store``). Of a directive or header given twice the first counts, and one that is
    nonsense, such as ``Expires: 0``, means stale (§4.2.1, §5.3).
    """
    directives = _directives(headers.get("cache-control", ""))
    if "no-cache" in directives or "no-store" in directives:
        return None
    age = timedelta(seconds=_seconds(headers.get("age", "").partition(",")[0].strip()) or 0)
    if (max_age := directives.get("max-age")) is not None:
        return max(_STALE, timedelta(seconds=_seconds(max_age) or 0) - age)
    if (expires := headers.get("expires")) is None:
        return None
    until, since = _date(expires), _date(headers.get("date", ""))
    if until is None:
        return _STALE
    return max(_STALE, until - now if since is None else until - since - age)


def _directives(value: str) -> Mapping[str, str]:
    """Cache-Control's directives by name, in lower case (RFC 9111 §5.2); the first of each."""
    found: dict[str, str] = {}
    for name, quoted, token in _DIRECTIVE.findall(value):
        found.setdefault(name.lower(), quoted or token)
    return found


def _seconds(value: str) -> int | None:
    if not (value.isascii() and value.isdigit()):
        return None
    return int(value) if len(value) <= _DIGITS_MAX else _FOREVER_S


def _date(value: str) -> datetime | None:
    """An HTTP date (RFC 9110 §5.6.7), whatever else `email` takes for one; the first of several."""
    first = _DATE.match(value.strip())
    try:
        when = parsedate_to_datetime(first[0] if first else "")
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _sendable(value: str | None) -> str | None:
    if not value or len(value) > _MAX_VALIDATOR or not value.isprintable():
        return None
    return value
