"""Hosts of addresses, brought to one normal form: names in lower case and punycode, numbers as what they mean.

One reading serves identity, the fetch guard and politeness, so that no two parts of newswire can read
one host as two.
"""

import ipaddress
import re
from typing import Final

import idna

_LONGEST: Final = 253
"""Characters of a name (RFC 1035 §2.3.4, without its last dot); a longer one is not even looked at."""

_LONGEST_LABEL: Final = 63

_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


def parse_host(host: str) -> str:
    """A host in the form that `HttpUrl.host` has.

    A host whose last label is a number is an IPv4 address in one of inet_aton's notations (WHATWG URL
    §3.5), so ``2130706433`` and ``0x7f.1`` are read as what a lenient resolver would make of them.

    Raises:
        ValueError: no name or address; without the address that it came from.
    """
    if host.startswith("["):
        return _ipv6(host)
    name = host if host.isascii() and "%" not in host else _ascii(host)
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if not name or len(name) > _LONGEST or not all(map(_is_label, labels)):
        raise ValueError("the host is neither a name nor an address")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels)
    return name


def _is_label(label: str) -> bool:
    if not _LABEL.fullmatch(label):
        return False
    try:
        return not label.startswith("xn--") or not label[4:].encode().decode("punycode").isascii()
    except UnicodeError:
        return False


def _ascii(host: str) -> str:
    """UTS 46 to punycode; a label that IDNA 2008 has no place for (an emoji) is encoded all the same."""
    raw = re.sub(_ESCAPE, lambda match: chr(int(match[1], 16)), host) if "%" in host and host.isascii() else host
    try:
        if raw is not host:
            raw = raw.encode("latin-1").decode("utf-8")
        if len(raw) <= _LONGEST:
            mapped = idna.uts46_remap(raw, std3_rules=False, transitional=False)
            return ".".join(map(_alabel, mapped.split(".")))
    except UnicodeError:  # idna.IDNAError is one
        raise ValueError("the host is not a domain name") from None
    raise ValueError("the host is longer than any name")


def _alabel(label: str) -> str:
    if label.isascii() or len(label) > _LONGEST_LABEL:  # no label gets shorter by punycode, whose cost is quadratic
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        return "xn--" + label.encode("punycode").decode("ascii")


def _ipv4(labels: list[str]) -> str:
    if len(labels) > 4:
        raise ValueError("the host is no IPv4 address though it ends in a number")
    numbers = [_number(label) for label in labels]
    *heads, last = numbers
    if any(head > 255 for head in heads) or last >= 256 ** (5 - len(numbers)):
        raise ValueError("the host is no IPv4 address: a number is too large")
    value = last + sum(head << (24 - 8 * place) for place, head in enumerate(heads))
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    try:
        if label.startswith("0x"):
            return int(label[2:] or "0", 16)
        return int(label, 8) if label.startswith("0") and len(label) > 1 else int(label)
    except ValueError:
        raise ValueError("the host is no IPv4 address though it ends in a number") from None


def _ipv6(host: str) -> str:
    if not host.endswith("]") or "%" in host:
        raise ValueError("the host is no IPv6 address (a scope id is refused)")
    try:
        address = ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        raise ValueError("the host is no IPv6 address") from None
    if address.ipv4_mapped is not None:  # Python 3.13 writes these in another way than 3.11: an identity must not move
        value = int(address)
        return f"[::ffff:{value >> 16 & 0xFFFF:x}:{value & 0xFFFF:x}]"
    return f"[{address.compressed}]"
