"""No address makes the fetcher connect to anything that is not on the public Internet.

Loopback stands in for everything: 127.0.0.1 for the public Internet where one is needed, the rest of it for
the inside. Connections are counted by those who listen, and attempts by the event loop, which lets none go
to anything but loopback, even where the guard should fail.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator

import aiohttp
import pytest

from newswire.adapters.http.guard import BlockedAddress, guarded_sockets
from newswire.errors import Reject, Retry
from newswire.ports import Request
from support.blocked_addresses import BAD, BLOCKED, NAMES, listed
from support.fakes import FakeClock
from support.fetching import Names, only_first_is_public, refused
from support.httpserver import Server, reply

REDIRECTS = [301, 302, 303, 307, 308]


def test_there_are_hostile_addresses_enough():
    assert len(listed(BLOCKED)) + len(listed(BAD)) >= 40


class Attempts(list[str]):
    """Where the event loop was asked to connect to, each as host and port."""


@pytest.fixture(autouse=True)
async def attempts(monkeypatch) -> Attempts:
    """Nothing but loopback can be connected to, whatever the guard does."""
    made, loop = Attempts(), asyncio.get_running_loop()
    connect = loop.sock_connect

    async def sock_connect(sock, address):
        made.append(f"{address[0]}:{address[1]}")
        if not ipaddress.ip_address(address[0]).is_loopback:
            raise OSError("the test lets nothing leave this machine")
        await connect(sock, address)

    monkeypatch.setattr(loop, "sock_connect", sock_connect)
    return made


class Inside:
    """Servers that nobody may reach: on one port of several loopback addresses."""

    def __init__(self, servers: list[Server]) -> None:
        self.servers = servers
        self.port = servers[0].port

    @property
    def connections(self) -> int:
        return sum(server.connections for server in self.servers)


@pytest.fixture
async def inside(public) -> AsyncIterator[Inside]:
    async with Server("127.0.0.2", public.port) as first, Server("127.0.0.3", public.port) as second:
        try:
            async with Server("::1", first.port) as sixth:
                yield Inside([first, second, sixth])
        except OSError:  # a machine without IPv6, or one whose ::1 has this port in use
            yield Inside([first, second])


@pytest.fixture
async def public() -> AsyncIterator[Server]:
    """A server on 127.0.0.1, on the port of the inside, so that no check of ports can stand in for the guard.

    It comes first: other tests take ports of this address at any moment, and none of the inside's addresses.
    """
    async with Server("127.0.0.1") as running:
        yield running


@pytest.fixture
def guarded(new_web, inside):
    """Makes fetchers with the guard as it is in production, but for the port."""
    return lambda **more: new_web(allow_private=False, ports={inside.port}, resolver=Names(**NAMES), **more)


@pytest.fixture
def web(new_web, inside):
    """Sees 127.0.0.1 as the public Internet."""
    names = Names(public_test=("127.0.0.1",), **NAMES)
    return new_web(allow_private=False, ports={inside.port}, refuse=only_first_is_public, resolver=names)


# --------------------------------------------------------------------------------------- hostile addresses
@pytest.mark.parametrize("host", listed(BLOCKED))
async def test_an_address_off_the_public_internet_is_blocked(host, guarded, inside, public, attempts):
    for scheme in ("http", "https"):
        assert await refused(guarded(), Request(f"{scheme}://{host}:{inside.port}/")) == "blocked-address"
    with pytest.raises(Reject) as caught:
        await guarded().post_form(f"http://{host}:{inside.port}/", {"a": "b"})
    assert caught.value.reason == "blocked-address"
    assert (inside.connections, public.connections, attempts) == (0, 0, [])


@pytest.mark.parametrize("url", listed(BAD))
async def test_what_another_parser_might_take_for_an_address_is_a_bad_url(url, web, inside, public, attempts):
    assert await refused(web, Request(url)) == "bad-url"
    assert (inside.connections, public.connections, attempts) == (0, 0, [])


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://public.test:{port}#@127.0.0.2/", "/"),
        ("http://public.test:{port}?@127.0.0.2:{port}/", "/?@127.0.0.2:{port}/"),
        ("http://public.test:{port}/@127.0.0.2:{port}/", "/@127.0.0.2:{port}/"),
        ("http://public.test:{port}/\\\\127.0.0.2:{port}/", "///127.0.0.2:{port}/"),
        ("http://public.test:{port}//127.0.0.2:{port}/", "//127.0.0.2:{port}/"),
        ("http://PUBLIC.test.:{port}/%0d%0aHost:%20127.0.0.2", "/%0D%0AHost:%20127.0.0.2"),
    ],
)
async def test_what_stands_behind_the_host_does_not_change_it(url, sent, web, inside, public, attempts):
    public.routes[sent.format(port=inside.port)] = reply(200, b"public")
    assert (await web.get(Request(url.format(port=inside.port)))).body == b"public"
    assert (inside.connections, attempts) == (0, [f"127.0.0.1:{inside.port}"])
    assert public.seen[0].headers["host"] == f"public.test:{inside.port}"


async def test_by_default_no_port_but_those_of_the_web_is_connected_to(new_web, public, attempts):
    web = new_web(allow_private=False, refuse=only_first_is_public)
    assert await refused(web, Request(public.url())) == "blocked-address"
    for port in (21, 22, 25, 6379, 8080, 9200, 11211):
        assert await refused(web, Request(f"https://127.0.0.1:{port}/")) == "blocked-address"
    assert (public.connections, attempts) == (0, [])


async def test_the_systems_own_resolver_is_guarded_too(new_web, inside, public, attempts):
    web = new_web(allow_private=False, ports={inside.port})
    assert await refused(web, Request(f"http://localhost:{inside.port}/")) == "blocked-address"
    assert (inside.connections, public.connections, attempts) == (0, 0, [])


async def test_a_blocked_address_takes_no_turn_and_asks_no_robots_txt(guarded, inside, attempts):
    clock = FakeClock(auto=True)
    web = guarded(clock=clock, host_interval_s=5)
    for _ in range(3):
        asked = Request(f"http://127.0.0.2:{inside.port}/", obey_robots=True)
        assert await refused(web, asked) == "blocked-address"
    asked = Request(f"http://inside.test:{inside.port}/", obey_robots=True)
    assert await refused(guarded(), asked) == "blocked-address"
    assert (inside.connections, attempts, clock.slept) == (0, [], [])


# --------------------------------------------------------------------------------------------- redirects
HOPS = [
    *("http://127.0.0.2:{port}/", "//127.0.0.2:{port}/", "http://2130706434:{port}/", "http://0x7f.2:{port}/"),
    *("http://127.2:{port}/", "http://①②⑦.0.0.2:{port}/", "http://%31%32%37.0.0.2:{port}/", "http://[::1]:{port}/"),
    *("http://[::ffff:127.0.0.2]:{port}/", "http://inside.test:{port}/", "http://pair.inside.test:{port}/"),
    *("https://127.0.0.2:{port}/", "https://inside.test:{port}/", "http://127.0.0.1:1/", "http://public.test:22/"),
]
BAD_HOPS = [
    *("file:///etc/hosts", "ftp://127.0.0.2:{port}/", "gopher://127.0.0.2:{port}/", "javascript:alert(1)"),
    *("http://public.test@127.0.0.2:{port}/", "http://a..b/", "http://[::1"),
]


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("location", HOPS)
async def test_a_redirect_to_the_inside_is_blocked(status, location, web, inside, public, attempts):
    where = location.format(port=inside.port).encode().decode("latin-1")
    public.routes["/"] = reply(status, b"", Location=where)
    assert await refused(web, Request(public.url(host="public.test"))) == "blocked-address"
    assert (len(public.seen), inside.connections, attempts) == (1, 0, [f"127.0.0.1:{inside.port}"])


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("location", BAD_HOPS)
async def test_a_redirect_to_what_is_no_web_address_is_a_bad_url(status, location, web, inside, public, attempts):
    public.routes["/"] = reply(status, b"", Location=location.format(port=inside.port))
    assert await refused(web, Request(public.url(host="public.test"))) == "bad-url"
    assert (len(public.seen), inside.connections, attempts) == (1, 0, [f"127.0.0.1:{inside.port}"])


@pytest.mark.parametrize(
    "location",
    [
        "\\\\127.0.0.2:{port}\\",
        "http:\\\\127.0.0.2:{port}/",
        "http:127.0.0.2",
        "/\\127.0.0.2:{port}/",
        "?http://127.0.0.2/",
        "127.0.0.2",
    ],
)
async def test_a_redirect_that_only_looks_like_one_to_the_inside_stays_outside(location, web, inside, public, attempts):
    public.routes["/"] = reply(302, b"", Location=location.format(port=inside.port))
    response = await web.get(Request(public.url(host="public.test")))
    assert response.url.startswith(f"http://public.test:{inside.port}/")
    assert (inside.connections, set(attempts)) == (0, {f"127.0.0.1:{inside.port}"})


async def test_the_hop_behind_an_innocent_hop_is_blocked_too(web, inside, public, attempts):
    public.routes["/"] = reply(301, b"", Location="/1")
    public.routes["/1"] = reply(308, b"", Location=f"http://127.0.0.2:{inside.port}/")
    assert await refused(web, Request(public.url(host="public.test"))) == "blocked-address"
    assert (len(public.seen), inside.connections) == (2, 0)


async def test_a_robots_txt_that_redirects_to_the_inside_is_blocked(web, inside, public):
    public.routes["/robots.txt"] = reply(301, b"", Location=f"http://127.0.0.2:{inside.port}/")
    asked = Request(public.url(host="public.test"), obey_robots=True)
    assert await refused(web, asked) == "blocked-address"
    assert ([seen.target for seen in public.seen], inside.connections) == (["/robots.txt"], 0)


# ------------------------------------------------------------------------------------------------- names
async def test_a_name_that_is_rebound_to_the_inside_is_blocked(new_web, inside, public):
    async with Server("127.0.0.1") as other:  # another port: the client asks for the name's addresses once more
        names = Names(rebound_test=[("127.0.0.1",), ("127.0.0.2",)])
        ports = {inside.port, other.port}
        web = new_web(allow_private=False, ports=ports, refuse=only_first_is_public, resolver=names)
        other.routes["/"] = reply(302, b"", Location=f"http://rebound.test:{inside.port}/")
        assert await refused(web, Request(other.url(host="rebound.test"))) == "blocked-address"
        assert (len(other.seen), inside.connections, public.connections) == (1, 0, 0)


@pytest.mark.parametrize("addresses", [("127.0.0.2", "127.0.0.1"), ("127.0.0.1", "127.0.0.2"), ("::1", "127.0.0.1")])
async def test_of_a_names_addresses_only_the_public_ones_are_tried(addresses, new_web, inside, public, attempts):
    names = Names(mixed_test=addresses)
    web = new_web(allow_private=False, ports={inside.port}, refuse=only_first_is_public, resolver=names)
    public.routes["/"] = reply(200, b"public")
    assert (await web.get(Request(public.url(host="mixed.test")))).body == b"public"
    assert (inside.connections, attempts) == (0, [f"127.0.0.1:{inside.port}"])


async def test_a_public_address_that_does_not_answer_is_no_reason_to_try_a_private_one(
    new_web, public, inside, attempts
):
    await public.stop()
    names = Names(mixed_test=("127.0.0.1", "127.0.0.2", "127.0.0.3"))
    web = new_web(allow_private=False, ports={inside.port}, refuse=only_first_is_public, resolver=names)
    assert await refused(web, Request(f"http://mixed.test:{inside.port}/"), Retry) == "connect"
    assert (inside.connections, attempts) == (0, [f"127.0.0.1:{inside.port}"])


# -------------------------------------------------------------------------------------------- the last gate
@pytest.mark.parametrize("host", ["127.0.0.2", "lying.test", "[::ffff:127.0.0.2]"])
async def test_the_last_gate_stands_alone(host, inside, attempts):
    """Whatever came before it: aiohttp asks the socket factory with the address that it connects to."""
    connector = aiohttp.TCPConnector(resolver=Names(lying_test=("127.0.0.2",)), socket_factory=guarded_sockets())
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(f"http://{host}:{inside.port}/")
    assert isinstance(caught.value.os_error, BlockedAddress)
    assert (inside.connections, attempts) == (0, [])


async def test_the_web_has_the_last_gate_too(guarded, inside, attempts):
    session = guarded()._exchange._open(keep=True)
    for host in ("127.0.0.2", "[::ffff:127.0.0.2]", "[::1]"):
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(f"http://{host}:{inside.port}/")
        assert isinstance(caught.value.os_error, BlockedAddress)
    assert (inside.connections, attempts) == (0, [])
