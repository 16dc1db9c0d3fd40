"""Who asked not to be asked for a while (429, RFC 6585 §4): kept in memory, per host."""

from collections import OrderedDict
from collections.abc import Set as AbstractSet
from datetime import datetime


class Holds:
    """The pauses that servers asked for.

    A pause is its host's, whatever the port: a domain is often many servers, and one that is busy says
    nothing of the others. Hosts under a domain that limits its hosts as one share a pause.
    """

    def __init__(self, shared: AbstractSet[str] = frozenset(), *, max_hosts: int = 10_000) -> None:
        """``shared`` are the domains whose hosts are held as one; ``max_hosts`` are remembered, the latest."""
        self._shared = shared
        self._max_hosts = max_hosts
        self._until: OrderedDict[str, datetime] = OrderedDict()

    def hold(self, host: str, until: datetime) -> None:
        """Ask nothing of ``host`` before ``until``; an earlier promise that lasts longer stays."""
        scope = self._scope(host)
        former = self._until.pop(scope, until)
        self._until[scope] = max(former, until)
        if len(self._until) > self._max_hosts:
            self._until.popitem(last=False)

    def left_s(self, host: str, now: datetime) -> float:
        """Seconds until ``host`` may be asked again; 0 when it may be now."""
        scope = self._scope(host)
        until = self._until.get(scope)
        if until is None:
            return 0.0
        if until <= now:
            del self._until[scope]
            return 0.0
        return (until - now).total_seconds()

    def _scope(self, host: str) -> str:
        labels = host.split(".")
        parents = (".".join(labels[place:]) for place in range(len(labels)))
        return next((parent for parent in parents if parent in self._shared), host)
