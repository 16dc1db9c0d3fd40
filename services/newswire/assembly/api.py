"""The read side over HTTP, put together from the settings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from newswire.assembly.backends import Backends
from newswire.assembly.exposure import readable_by_others
from newswire.assembly.webhooks import webhook_desk
from newswire.errors import UsageError

_ARRIVAL_S: Final = 20.0
"""The time for a request to arrive, its body too; then the connection is cut off."""


@asynccontextmanager
async def api_listening(backends: Backends, stop: asyncio.Event) -> AsyncGenerator[int]:
    """Answer under /v1, and show the console, while the block lasts; gives the port. Streams end when ``stop`` is set.

    Raises `UsageError` where the address cannot be listened on, or where a key is needed and there is none.
    """
    from newswire.domain.wire.request_limit import RequestQuota  # noqa: PLC0415  # with what follows
    from newswire.operations.api_keys import Doorkeeper  # noqa: PLC0415  # the same
    from newswire.operations.wire.tail import WireTail  # noqa: PLC0415  # the same
    from newswire.serve.api.application import application  # noqa: PLC0415  # FastAPI is slow to import
    from newswire.serve.api.gate import GateRules  # noqa: PLC0415  # the same
    from newswire.serve.api.reading import Reading, StreamTimes  # noqa: PLC0415  # the same
    from newswire.serve.console.console import add_console  # noqa: PLC0415  # the same
    from newswire.serve.listener import ConnectionLimits, listening  # noqa: PLC0415  # the same

    settings = backends.settings.serve
    await check_keys(backends)
    tail = WireTail(backends.wire, backends.article_reads, backends.clock)
    limits = ConnectionLimits(settings.connections, _ARRIVAL_S, answers_last=True)
    async with webhook_desk(backends, tail) as desk:
        reading = Reading(
            articles=backends.article_reads,
            feeds=backends.feeds,
            feed_reads=backends.feed_reads,
            ledger=backends.ledger,
            bus=backends.bus,
            clock=backends.clock,
            searches=backends.searches,
            tail=tail,
            doorkeeper=Doorkeeper(backends.api_keys, backends.clock),
            times=StreamTimes(send_timeout_s=settings.send_timeout_s),
            webhooks=desk,
            exposure=partial(readable_by_others, backends.settings),
        )
        rules = GateRules(
            settings.with_keys,
            RequestQuota(settings.requests_per_minute),
            frozenset(settings.allow_origins),
            settings.open_per_key,
        )
        app = application(reading, rules)
        add_console(app, reading, backends.console_reads, with_keys=settings.with_keys)
        async with listening(app, host=settings.host, port=settings.port, name="serve", limits=limits) as port:
            following = asyncio.create_task(tail.run(stop), name="tail")
            try:
                yield port
            finally:
                following.cancel()
                await asyncio.wait((following,))


async def check_keys(backends: Backends) -> None:
    """Raise `UsageError` where every request needs a key and no key works: nobody could read."""
    settings, now = backends.settings.serve, backends.clock.now()
    if settings.with_keys and not any(key.works(now) for key in await backends.api_keys.all()):
        raise UsageError(
            f"{settings.host} can be reached from other machines, so every request needs a key, and there is none that "
            "works: make one with 'newswire keys create NAME', or listen on this machine alone with "
            "NEWSWIRE_SERVE__HOST=127.0.0.1"
        )
