"""`WebhookSender` over aiohttp: guarded like every other request of ours; nothing of the answer's body is read."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from newswire.adapters.http.addresses import WEB_PORTS, Addresses
from newswire.adapters.http.dns import PooledResolver
from newswire.adapters.http.errors import EXPECTED, meaning
from newswire.adapters.http.guard import Refusal, refusal
from newswire.adapters.http.headers import received
from newswire.adapters.http.session import open_connector, open_session
from newswire.domain.http.httpcache import retry_after
from newswire.domain.urls.syntax import HttpUrl
from newswire.errors import Reject, Retry
from newswire.ports import Clock, WebhookAnswer

Network = IPv4Network | IPv6Network
_LOOKUPS: Final = 16
_CONNECT_S: Final = 5.0
_WELL_KNOWN: Final = 1024
"""Below it are the ports of other services, mail for one, which must not be spoken to by mistake."""


class HttpWebhookSender:
    """Made without a running loop; the first delivery opens the session."""

    def __init__(
        self,
        *,
        user_agent: str,
        timeout_s: float,
        allowed: Sequence[Network],
        clock: Clock,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``timeout_s`` is for one delivery, up to the head of its answer. Times of answers are read by ``clock``.

        Addresses in the networks ``allowed`` may be connected to although they are private. ``resolver`` and ``tls``
        are the system's by default.
        """
        self._refuse = allowing(allowed)
        self._addresses = Addresses(self._refuse, None)
        self._user_agent, self._timeout_s, self._clock, self._tls = user_agent, timeout_s, clock, tls
        self._resolver = resolver or PooledResolver(_LOOKUPS)
        self._session: aiohttp.ClientSession | None = None

    def check(self, url: str) -> str:
        """See `newswire.ports.WebhookSender.check`."""
        return str(self._checked(url))

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """See `newswire.ports.WebhookSender.send`."""
        target = URL(self._checked(url).document, encoded=True)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._open().post(target, headers=headers, data=body, allow_redirects=False)
                answer.close()
        except TimeoutError as error:
            raise Retry("timeout", f"{url}: no answer within {self._timeout_s:g} seconds") from error
        except EXPECTED as error:
            raise meaning(error, url) from error
        return WebhookAnswer(answer.status, retry_after(received(answer.headers), self._clock.now()))

    async def close(self) -> None:
        """See `newswire.ports.WebhookSender.close`."""
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    def _checked(self, url: str) -> HttpUrl:
        try:
            checked = self._addresses.checked(url)
        except Reject as error:
            if error.reason != "blocked-address":
                raise
            known = "NEWSWIRE_WEBHOOKS__ALLOW_NETWORKS names the private networks that newswire may send to"
            raise Reject(error.reason, f"{error}; {known}") from error
        port = checked.effective_port
        if port < _WELL_KNOWN and port not in WEB_PORTS:
            raise Reject("blocked-address", f"{checked}: of the ports below {_WELL_KNOWN} only 80 and 443 are allowed")
        return checked

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = open_session(
                open_connector(self._resolver, self._refuse, self._tls, keep=False),
                user_agent=self._user_agent,
                connect_timeout_s=_CONNECT_S,
                read_timeout_s=self._timeout_s,
            )
        return self._session


def allowing(networks: Sequence[Network]) -> Refusal:
    """The guard's own judgement, but for addresses in ``networks``: nothing is said against those."""

    def judge(address: str) -> str | None:
        said = refusal(address)
        if said is None or "%" in address:
            return said
        try:
            parsed = ip_address(address)
        except ValueError:
            return said
        return None if any(parsed in network for network in networks) else said

    return judge
