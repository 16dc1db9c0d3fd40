"""From a hub's ping to the change on the wire: seconds, over many pings, in one process on this machine.

    python tests/bench/websub.py [--pings 120] [--apart 0.7]

`newswire run` as it is by default, but for the time between two requests to one host (publisher and hub are both on
127.0.0.1) and for its schedule, by which it would never look by itself. A publisher brings one new article at a time
and tells its hub, which delivers the feed; the time is taken from that until the change is on the log, where a
consumer that looks every 5 ms finds it. Pings come ``--apart`` seconds apart, more or less by chance, so that they
meet the poller's tick anywhere.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.assembly.backends import open_backends
from newswire.contracts import decode
from newswire.events import CHANGES
from support.commandline import CommandLine
from support.hub import Hub
from support.kafka import free_ports
from support.publisher import Publisher
from support.waiting import eventually


class Wire:
    """When each article's change was seen on the log."""

    def __init__(self, backends) -> None:
        self._parts = backends
        self.seen: dict[str, float] = {}

    async def watch(self) -> None:
        subscription = await self._parts.bus.subscribe("bench", [CHANGES])
        while True:
            batch = await subscription.poll(100, 0.005)
            for record in batch.records:
                self.seen.setdefault(decode(record).article.url, time.perf_counter())


def line(folder: Path, **more: str) -> CommandLine:
    (port,) = free_ports(1)
    return CommandLine(folder).having(
        FETCH__HOST_INTERVAL_S="0.01",
        POLL__INTERVAL_S="86400",
        POLL__MIN_INTERVAL_S="86400",
        WEBSUB__HOST="127.0.0.1",
        WEBSUB__PORT=str(port),
        WEBSUB__CALLBACK_URL=f"http://127.0.0.1:{port}/",
        **more,
    )


async def measure(pings: int, apart_s: float, folder: Path, **more: str) -> list[float]:
    chance = random.Random(1)
    newswire = line(folder, **more)
    with Hub() as hub, Publisher(feeds=1, articles=1, hub=hub.url) as publisher:
        (topic,) = publisher.feed_urls()
        with newswire.started("run", topic):
            await eventually(lambda: hub.held, within_s=60, every_s=0.1)
            async with open_backends(newswire.settings) as backends:
                wire = Wire(backends)
                watching = asyncio.create_task(wire.watch())
                await eventually(lambda: publisher.url(0) in wire.seen, within_s=60, every_s=0.1)
                pinged: dict[str, float] = {}
                for _ in range(pings):
                    await asyncio.sleep(apart_s * chance.uniform(0.5, 1.5))
                    url = publisher.url(publisher.publish())
                    pinged[url] = time.perf_counter()
                    assert await hub.distribute(topic) == [202]
                await eventually(lambda: pinged.keys() <= wire.seen.keys(), within_s=60, every_s=0.1)
                watching.cancel()
                await asyncio.wait((watching,))
    return [wire.seen[url] - at for url, at in pinged.items()]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pings", type=int, default=120)
    arguments.add_argument("--apart", type=float, default=0.7)
    arguments.add_argument("--tick", default="1")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        took = asyncio.run(measure(chosen.pings, chosen.apart, Path(folder), POLL__TICK_S=chosen.tick))
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    print(
        f"{len(took)} pings, tick {chosen.tick} s: p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, "
        f"p99 {cuts[98]:.2f} s, slowest {max(took):.2f} s"
    )


if __name__ == "__main__":
    main()
