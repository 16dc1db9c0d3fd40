"""What tests of the fetcher share: names that resolve as a table says, and the public Internet on loopback."""

import socket
from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from newswire.adapters.http import HttpWeb
from newswire.adapters.http.guard import refusal
from newswire.errors import Reject, Retry
from newswire.ports import Request
from support.fakes import FakeClock

AGENT = "newswire/0 (+https://newswire.test/bot)"


def new_http_web(**settings: Any) -> HttpWeb:
    """A fetcher that may go to loopback and waits for nobody, but for what is set otherwise."""
    usual = {"user_agent": AGENT, "clock": FakeClock(auto=True), "allow_private": True, "host_interval_s": 0}
    return HttpWeb(**(usual | settings))


async def refused(web: HttpWeb, request: Request, kind: type[Reject | Retry] = Reject) -> str:
    """The reason for which a fetch fails; it has to, with an error of this kind."""
    with pytest.raises(kind) as caught:
        await web.get(request)
    return caught.value.reason


class Names(AbstractResolver):
    """Answers from a table; a list of answers is given one by one: a name that is rebound."""

    def __init__(self, **table: Sequence[str] | list[Sequence[str]]) -> None:
        self.table = {name.replace("_", "."): answer for name, answer in table.items()}
        self.closed = False

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        if host not in self.table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown name")
        addresses = self.table[host]
        if isinstance(addresses, list):
            addresses = addresses.pop(0)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=_family(address), proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        self.closed = True


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def only_first_is_public(address: str) -> str | None:
    """127.0.0.1 stands for the public Internet here, the rest of loopback for an inside network."""
    return None if address == "127.0.0.1" else refusal(address)
