"""What an HTTP answer's headers mean for the next request, as values (RFC 9110, RFC 9111)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from newswire.events import PageValidators

_MAX_VALIDATOR = 4096
_DIGITS_MAX = 9


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
    if value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX:
        wait = timedelta(seconds=int(value))
    else:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        wait = (when if when.tzinfo else when.replace(tzinfo=now.tzinfo)) - now
    return wait if wait > timedelta(0) else None


def _sendable(value: str | None) -> str | None:
    if not value or len(value) > _MAX_VALIDATOR or not value.isprintable():
        return None
    return value
