"""Names to addresses, in threads of its own.

The event loop's default pool has few threads on a small machine and is shared; a handful of dead name
servers, each of which takes seconds to give up on, would stall every other lookup and file access.
"""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

Lookup = Callable[[str, int, socket.AddressFamily], list[tuple[socket.AddressFamily, int, str]]]
"""From host, port and family to families, protocols and addresses; it blocks, and raises OSError."""


class PooledResolver(AbstractResolver):
    """The system's resolver (getaddrinfo) behind a pool of threads."""

    def __init__(self, threads: int) -> None:
        """``threads`` is the number of names that can be looked up at once; one is made when it is needed.

        A lookup cannot be called off, and goes on when nobody waits for it any more.
        """
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="newswire-dns")
        self._lookup: Lookup = _lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of ``host``; an IPv6 address with a scope keeps it, as ``address%scope``.

        Raises:
            OSError: the name cannot be resolved.
        """
        found = await asyncio.get_running_loop().run_in_executor(self._pool, self._lookup, host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, protocol, address in found
        ]

    async def close(self) -> None:
        """Stop the threads without waiting for lookups that are under way."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _lookup(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, int, str]]:
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [
        (kind, protocol, f"{address[0]}%{address[3]}" if len(address) == 4 and address[3] else str(address[0]))
        for kind, _, protocol, _, address in found
    ]
