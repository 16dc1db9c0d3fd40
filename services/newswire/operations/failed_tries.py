"""Wrong keys, counted for each address that they came from."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from newswire.domain.wire.refusals import TooManyTries
from newswire.domain.wire.request_limit import RequestQuota, RequestWindow, count_request

TRIES: Final = RequestQuota(30, 60)
"""Wrong keys of one address in a minute."""
FAMILIAR: Final = timedelta(hours=1)
"""A key that worked in this time is checked although its address sent too many wrong ones: behind a proxy all clients
have one address."""
_MOST: Final = 10_000
_PREFIX_BITS: Final = 64


class FailedTries:
    """The count of wrong keys, in memory: at most ``most`` addresses and ``most`` keys that worked."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._windows: dict[str, RequestWindow] = {}
        self._worked: dict[str, datetime] = {}

    def check(self, address: str, key_id: str | None, now: datetime) -> None:
        """Raise `TooManyTries` for an address that sent too many wrong keys, unless this key worked lately."""
        window = self._windows.get(_network(address))
        if window is None or (self._worked.get(key_id or "", datetime.min.replace(tzinfo=now.tzinfo)) > now - FAMILIAR):
            return
        left_s = window.began + TRIES.window_s - now.timestamp()
        if window.used >= TRIES.requests and left_s > 0:
            raise TooManyTries(max(1, int(-(-left_s // 1))))

    def failed(self, address: str, now: datetime) -> None:
        """Count a wrong key. When there are too many addresses, the one that began first is forgotten."""
        network = _network(address)
        window, _ = count_request(self._windows.pop(network, None), TRIES, now.timestamp())
        if len(self._windows) >= self._most:
            del self._windows[next(iter(self._windows))]
        self._windows[network] = window

    def worked(self, key_id: str, now: datetime) -> None:
        """Remember that a key worked."""
        self._worked.pop(key_id, None)
        if len(self._worked) >= self._most:
            del self._worked[next(iter(self._worked))]
        self._worked[key_id] = now


def _network(address: str) -> str:
    """The network that is counted as one: of IPv6 the first 64 bits, as one client has all addresses behind them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address) or parsed.ipv4_mapped is not None:
        return address
    return str(int(parsed) >> _PREFIX_BITS)
