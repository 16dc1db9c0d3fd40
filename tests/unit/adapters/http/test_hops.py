"""Every hop of a chain is looked at before anything is sent; the guard of the sockets is another gate."""

import pytest

from newswire.adapters.http.addresses import Addresses
from newswire.adapters.http.chain import Chain
from newswire.domain.urls.syntax import parse
from newswire.errors import Reject
from newswire.ports import Request


def refuse_the_inside(host: str) -> str | None:
    return "inside" if host.startswith("127.") or host == "::1" else None


@pytest.mark.parametrize("location", ["http://127.0.0.2/", "//127.0.0.2/", "http://2130706434/", "http://[::1]/"])
def test_a_hop_to_an_address_of_the_inside_is_refused_before_a_turn_or_a_connection(location: str) -> None:
    chain = Chain(Request("http://public.example/"), Addresses(refuse_the_inside, None), "follow")
    with pytest.raises(Reject) as caught:
        chain.redirected(302, location, [])
    assert (caught.value.reason, str(chain.url), chain.hops) == ("blocked-address", "http://public.example/", [])


def test_the_port_that_https_takes_instead_of_http_is_looked_at_too() -> None:
    addresses = Addresses(refuse_the_inside, {80, 8443})
    assert addresses.target(parse("https://public.example:8443/"), "http://public.example/").effective_port == 80
    chain = Chain(Request("https://public.example:8443/"), addresses, "follow")
    with pytest.raises(Reject) as caught:
        chain.redirected(302, "http://public.example/", [])
    assert (caught.value.reason, chain.hops) == ("blocked-address", [])
