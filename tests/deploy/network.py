"""The network policies of what reads the web and what uses a bucket, made of the addresses that newswire refuses."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

from newswire.adapters.http.guard import REFUSED_V4, REFUSED_V6, SIX_TO_4, UNICAST_V6

PORTS: Final = (80, 443)
"""Where feeds use other ports, an overlay adds them."""


def web_policy() -> dict[str, Any]:
    """A NetworkPolicy that lets what reads the web out to every address that the guard allows, and to no other."""
    return _policy("web", PORTS)


def archive_policy() -> dict[str, Any]:
    """A NetworkPolicy that lets what uses the archive out to a bucket anywhere on the web, by https."""
    return _policy("archive", (443,))


def _policy(name: str, ports: Collection[int]) -> dict[str, Any]:
    """The policy of the pods with the label ``newswire/name``.

    The guard judges a 6to4 address (RFC 3056) by the IPv4 address in it, so each refused IPv4 network is refused as
    6to4 too. NAT64 (64:ff9b::/96) is outside of the allowed range: a cluster that needs it adds it.
    """
    v4 = [str(network) for network, _ in REFUSED_V4]
    v6 = [str(network) for network, _ in REFUSED_V6] + [str(as_6to4(network)) for network, _ in REFUSED_V4]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"newswire-{name}"},
        "spec": {
            "podSelector": {"matchLabels": {f"newswire/{name}": "true"}},
            "policyTypes": ["Egress"],
            "egress": [
                {
                    "to": [
                        {"ipBlock": {"cidr": "0.0.0.0/0", "except": v4}},
                        {"ipBlock": {"cidr": str(UNICAST_V6), "except": v6}},
                    ],
                    "ports": [{"port": port, "protocol": "TCP"} for port in ports],
                }
            ],
        },
    }


def as_6to4(network: IPv4Network) -> IPv6Network:
    """The 6to4 addresses that lead to a network: 2002, then the 32 bits of the IPv4 address."""
    address = int(SIX_TO_4.network_address) | int(network.network_address) << 80
    return IPv6Network((address, SIX_TO_4.prefixlen + network.prefixlen))
