"""SIGTERM and SIGINT: the first asks everything to end in good order, the second ends it at once."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Within the block, set ``stop`` on the first signal and exit with 128 + its number on the second.

    The second exit runs no cleanup: nothing is lost by it, only delivered again. Call it in the main
    thread, inside a running event loop.
    """
    loop = asyncio.get_running_loop()
    seen: list[signal.Signals] = []

    def received(number: signal.Signals) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        log.info("signal.received", signal=number.name, again="exits at once")
        stop.set()

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        loop.add_signal_handler(number, received, number)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])
