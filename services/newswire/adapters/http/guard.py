"""No connection ever goes to an address that is not on the public Internet.

Two gates, for aiohttp does not ask its resolver about IP literals: `GuardedResolver` drops refused
answers, with an error that says so, and the socket factory that `guarded_sockets` makes for the
connector sees the very address that is about to be connected to. What the name resolved to before, a
redirect, another notation of the address: none of it gets past the second gate.

`ipaddress.is_global` is no help: Python 3.11 calls multicast, NAT64 and 6to4 forms of loopback global.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

REFUSED_V4: Final = tuple(
    (ipaddress.IPv4Network(network), what)
    for network, what in (  # the IANA IPv4 Special-Purpose Address Registry, and RFC 5771
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier's customers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "multicast tunnelling"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
    )
)
UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA has opened for global unicast; what lies outside is refused unless it wraps IPv4."""

REFUSED_V6: Final = tuple(
    (ipaddress.IPv6Network(network), what)
    for network, what in (  # the IANA IPv6 Special-Purpose Address Registry, within 2000::/3
        ("2001::/23", "reserved for protocols (Teredo, ORCHID, benchmarking)"),
        ("2001:db8::/32", "documentation"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
SIX_TO_4: Final = ipaddress.IPv6Network("2002::/16")  # RFC 3056


Refusal = Callable[[str], str | None]
"""Why no connection may go to an address, or None when one may: `refusal`, or what a test puts in its place."""


class BlockedAddress(OSError):  # noqa: N818  # named for what happened, as in newswire.errors
    """A connection to a refused address was about to be made. An OSError, so that aiohttp passes it on."""


def refusal(address: str) -> str | None:
    """Why no connection may go to ``address`` (an IPv4 or IPv6 address), or None when one may.

    IPv4-mapped, NAT64 and 6to4 addresses are judged by the IPv4 address in them. Text that is not an
    address is refused too.
    """
    if "%" in address:
        return "it has a scope id"
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "it is not an address"
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = _embedded_ipv4(parsed)
        if inner is None:
            return _refusal_v6(parsed)
        parsed = inner
    return next((what for network, what in REFUSED_V4 if parsed in network), None)


def allow_any(address: str) -> str | None:  # noqa: ARG001  # the shape of a Refusal
    """Nothing against any address: for loopback tests, the demo and in-house feeds."""
    return None


def _refusal_v6(address: ipaddress.IPv6Address) -> str | None:
    if address not in UNICAST_V6:
        return "loopback" if address.is_loopback else "not global unicast"
    return next((what for network, what in REFUSED_V6 if address in network), None)


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in SIX_TO_4:
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return None


def guarded_sockets(refuse: Refusal = refusal) -> Callable[[AddrInfoType], socket.socket]:
    """The maker of sockets that aiohttp asks last before it connects, with the address that it connects to.

    It raises `BlockedAddress` for an address that ``refuse`` has something against.
    """

    def make(addr_info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, sockaddr = addr_info
        address = str(sockaddr[0])
        reason = refuse(address) if family in (socket.AF_INET, socket.AF_INET6) else "it is not an IP address"
        if reason is None and len(sockaddr) == 4 and sockaddr[3]:
            reason = "it has a scope id"
        if reason is not None:
            raise BlockedAddress(f"refused to connect to {address}: {reason}")
        return socket.socket(family, kind, protocol)

    return make


class GuardedResolver(AbstractResolver):
    """Another resolver's answers without the refused addresses."""

    def __init__(self, inner: AbstractResolver, refuse: Refusal = refusal) -> None:
        """``inner`` is asked, and closed with this one."""
        self._inner = inner
        self._refuse = refuse

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The allowed addresses of ``host``.

        Raises:
            BlockedAddress: there are addresses, and every one of them is refused.
            OSError: the name cannot be resolved.
        """
        answers = await self._inner.resolve(host, port, family)
        allowed = [answer for answer in answers if self._refuse(answer["host"]) is None]
        if answers and not allowed:
            shown = ", ".join(answer["host"] for answer in answers[:4])
            raise BlockedAddress(f"refused to connect to {host}: it resolves to {shown}")
        return allowed

    async def close(self) -> None:
        """Close the resolver that is asked."""
        await self._inner.close()
