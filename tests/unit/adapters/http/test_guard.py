import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from newswire.adapters.http.guard import BlockedAddress, GuardedResolver, guarded_sockets, refusal
from newswire.domain.urls.syntax import parse

REFUSED = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254"),
    *("169.254.0.1", "169.254.255.254", "172.16.0.1", "172.31.255.255", "192.0.0.9", "192.0.2.1", "192.31.196.1"),
    *("192.52.193.1", "192.88.99.1", "192.168.255.1", "192.175.48.1", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8", "100::1", "2001::1"),
    *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::", "2620:4f:8000::1", "3fff::1", "5f00::1"),
    *("fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    *("2606:4700::1%2", "4000::1", "e000::1", "localhost", "", "127.1", "0x7f.0.0.1", "2130706433", "01.2.3.4"),
]
ALLOWED = [
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255"),
    *("192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255"),
    *("2606:4700::1111", "2a00:1450:4001:80b::200e", "2001:200::1", "2001:4860:4860::8888", "::ffff:8.8.8.8"),
    *("64:ff9b::808:808", "2002:808:808::1"),
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_off_the_public_internet_is_refused(address):
    assert refusal(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_a_public_address_is_allowed(address):
    assert refusal(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_wrapping(address):
    value = int(address)
    wrappings = (
        f"::ffff:{address}",
        f"64:ff9b::{address}",
        f"2002:{value >> 16:x}:{value & 0xFFFF:x}::1",
    )
    assert {refusal(wrapping) for wrapping in wrappings} == {refusal(str(address))}


@given(st.ip_addresses())
def test_whatever_python_calls_private_is_refused(address):
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert refusal(str(address))


@given(st.text())
def test_text_that_is_no_address_is_refused_not_an_error(text):
    assert isinstance(refusal(text), str | None)


@pytest.mark.parametrize(
    ("family", "sockaddr"),
    [
        (socket.AF_INET, ("127.0.0.1", 80)),
        (socket.AF_INET6, ("::1", 80, 0, 0)),
        (socket.AF_INET6, ("::ffff:127.0.0.1", 80, 0, 0)),
        (socket.AF_INET6, ("2606:4700::1111", 80, 0, 3)),
        (socket.AF_UNIX, ("8.8.8.8", 80)),
    ],
)
def test_no_socket_is_made_for_a_refused_address(family, sockaddr):
    with pytest.raises(BlockedAddress):
        guarded_sockets()((family, socket.SOCK_STREAM, 0, "", sockaddr))


def test_a_socket_is_made_for_a_public_address():
    made = guarded_sockets()((socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("8.8.8.8", 80)))
    with made:
        assert made.family == socket.AF_INET


class Fixed(AbstractResolver):
    def __init__(self, *addresses):
        self.addresses = addresses
        self.closed = False

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self):
        self.closed = True


async def test_refused_answers_are_dropped_and_public_ones_kept():
    answers = await GuardedResolver(Fixed("127.0.0.1", "8.8.8.8", "::1")).resolve("mixed.test", 80)
    assert [answer["host"] for answer in answers] == ["8.8.8.8"]


async def test_a_name_with_refused_answers_only_is_blocked_by_name():
    with pytest.raises(BlockedAddress, match=r"inside\.test.*10\.0\.0\.1"):
        await GuardedResolver(Fixed("10.0.0.1", "fd00::1")).resolve("inside.test", 80)


async def test_closing_closes_the_inner_resolver():
    inner = Fixed()
    await GuardedResolver(inner).close()
    assert inner.closed


PIECES = [
    *("/", "\\", "?", "#", "@", ":", "[", "]", "%", ".", ";", "&", "=", "-", "_", " ", "\t", "//", ".."),
    *("http:", "https://", "%2e", "%40", "%5c", "%00", "127.0.0.1", "0x7f", "2130706433", "::1", "::ffff:"),
    *("①", "。", "．", "ａ", "ä", "ß", "\u200d", "\u00ad", "xn--", "a.test", "80", "８０"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(["http", "https", "HTTP"]))
def test_the_client_reads_no_other_host_in_an_address_than_the_guard_did(rest, scheme):
    try:
        read = parse(f"{scheme}://{rest}")
    except ValueError:
        return
    asked = URL(str(read), encoded=True)
    assert (asked.scheme, asked.port, asked.raw_host) == (read.scheme, read.effective_port, read.host.strip("[]"))
    assert (asked.user, asked.password, asked.fragment) == (None, None, "")
    assert asked.raw_path_qs == (f"{read.path}?{read.query}" if read.query else read.path)
