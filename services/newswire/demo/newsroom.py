"""The sample newsroom: six sites on loopback, each on a port of its own, with two editions.

::

    newsroom = Newsroom(now=datetime.now(UTC))
    await newsroom.start()
    ...                        # poll newsroom.feeds
    newsroom.second_edition()
    ...                        # poll again; look at the articles again
    await newsroom.close()
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from newswire.demo.server import Hit, SiteServer
from newswire.demo.sites import Edition, load_sites
from newswire.demo.truth import Expected, expectations


class Newsroom:
    """Serves the sample sites. What it serves depends on ``now`` and the edition alone (addresses: on free ports)."""

    def __init__(self, now: datetime) -> None:
        """``now`` is the present of the first edition, aware: stories are dated by it, edits are made at it."""
        if now.tzinfo is None:
            raise ValueError("the newsroom needs an aware datetime, e.g. datetime.now(UTC)")
        self.requests: list[Hit] = []
        """Every request so far, in order of arrival."""
        self._servers = tuple(
            SiteServer(site, now.replace(microsecond=0), self.requests.append) for site in load_sites()
        )

    async def start(self) -> None:
        """Open every site; when one cannot be opened, none is left open."""
        async with AsyncExitStack() as opened:
            for server in self._servers:
                opened.push_async_callback(server.close)
                await server.start()
            opened.pop_all()

    async def close(self) -> None:
        """Close every site at once, hanging answers included."""
        await asyncio.gather(*(server.close() for server in self._servers))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def second_edition(self) -> None:
        """From now on: two articles are edited, one is withdrawn, one reprint appears, the cut feed is whole."""
        for server in self._servers:
            server.edition = 2

    @property
    def edition(self) -> Edition:
        """Which edition is being served."""
        return self._servers[0].edition

    @property
    def feeds(self) -> tuple[str, ...]:
        """Every feed's URL, the one that is no feed included."""
        return tuple(server.base + channel.path for server in self._servers for channel in server.desk().site.channels)

    @property
    def names(self) -> Mapping[str, str]:
        """Each site's name by its ``host:port``."""
        return {urlsplit(server.base).netloc: server.desk().site.name for server in self._servers}

    @property
    def expected(self) -> Mapping[str, Expected]:
        """The right result for each served entry, see `newswire.demo.truth.expectations`."""
        return expectations(server.desk() for server in self._servers)
