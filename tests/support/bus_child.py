"""A process that uses the bus and is killed. Run with the address, the topic, the group and what to do.

``publish`` prints "published" once `publish` has returned, then waits to be killed; ``consume`` prints how many
records one poll brought it, commits nothing, and goes on polling until it is killed.
"""

import asyncio
import sys

from support.buses import backend_at, messages

LEASE_S = 60.0


async def main(address: str, topic: str, group: str, action: str) -> None:
    async with backend_at(address).open(lease_s=LEASE_S) as bus:
        if action == "publish":
            await bus.publish(messages(topic, 20))
            print("published", flush=True)  # the parent reads it
            await asyncio.Event().wait()
        subscription = await bus.subscribe(group, [topic])
        while True:
            batch = await subscription.poll(100, 0.1)
            if batch.records:
                print(len(batch.records), flush=True)  # the same


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
