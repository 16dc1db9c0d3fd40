"""Which addresses may be asked at all: looked at before the first request and before every hop."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from newswire.adapters.http.guard import Refusal
from newswire.domain.urls.join import join
from newswire.domain.urls.syntax import HttpUrl, parse, shown
from newswire.errors import Reject

WEB_PORTS: Final = frozenset({80, 443})


class Addresses:
    """Reads addresses and redirects, and refuses what must not be asked, before anything is sent.

    It spares a turn and a lookup for what can be seen from the address alone. What a name resolves to is
    for `newswire.adapters.http.guard`, which has the last word on every connection.
    """

    def __init__(self, refuse: Refusal, ports: AbstractSet[int] | None) -> None:
        """``ports`` may be connected to; None allows any."""
        self._refuse = refuse
        self._ports = ports

    def checked(self, address: str) -> HttpUrl:
        """``address`` taken apart.

        Raises:
            Reject: ``bad-url``: no http(s) address; ``blocked-address``: a refused port or IP address.
        """
        try:
            url = parse(address)
        except ValueError as error:
            raise Reject("bad-url", str(error)) from error
        if self._ports is not None and url.effective_port not in self._ports:
            ports = " and ".join(map(str, sorted(self._ports)))
            raise Reject("blocked-address", f"{url}: port {url.effective_port} is refused, only {ports} are allowed")
        if url.is_ip and (reason := self._refuse(url.host.strip("[]"))) is not None:
            raise Reject("blocked-address", f"{url}: the address is refused: {reason}")
        return url

    def target(self, url: HttpUrl, location: str) -> HttpUrl:
        """Where the Location of an answer from ``url`` leads.

        Raises:
            Reject: as `checked`.
        """
        try:
            target = self.checked(join(str(url), location.strip()))
            return replace(target, fragment=target.fragment or url.fragment)  # RFC 9110 §10.2.2
        except ValueError as error:
            raise Reject("bad-url", f"{url} redirects to {shown(location)!r}: {error}") from error


def keeps_origin(former: HttpUrl, target: HttpUrl) -> bool:
    """Whether validators may go along: to the same origin, or to the same host by https."""
    return former.origin == target.origin or (former.netloc == target.netloc and target.scheme == "https")


def secured(url: HttpUrl) -> HttpUrl:
    """The same address by https: at https's own port, or at the port that the address names."""
    return replace(url, scheme="https")
