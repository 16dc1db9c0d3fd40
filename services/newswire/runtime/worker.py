"""The two shapes of a stage that reads the log: record by record, and batch by batch.

What the work may raise:

- `newswire.errors.Wait`: a dependency is away. The same records are tried again with growing delays,
  nothing beyond them is committed, their partitions fill up and pause; the membership is kept.
- anything else: the consumer takes nothing more, drains, commits what is finished, leaves the group
  and raises it. `newswire.errors.Stop` is meant to end the process; any other error is a bug, because
  a stage turns a record's failure into a retry or a dead letter, and the supervisor starts it again.

A record with a ``not_before`` header in the future is held until then and its partition is paused, as
the records after it are due later still; other partitions go on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from math import inf

from newswire.ports import Clock, Record, Subscription
from newswire.runtime.consumer import Consumer
from newswire.runtime.consumer_limits import DEFAULT_LIMITS, ConsumerLimits
from newswire.runtime.progress import Progress


async def run_each(
    subscription: Subscription,
    handle: Callable[[Record], Awaitable[None]],
    *,
    stop: asyncio.Event,
    clock: Clock,
    progress: Progress,
    limits: ConsumerLimits = DEFAULT_LIMITS,
) -> None:
    """Handle up to ``pace.window`` records of each partition at once, until ``stop`` is set.

    ``handle`` returns when the record's outputs are durable. Order within a partition is not kept.
    """

    async def work(records: tuple[Record, ...]) -> None:
        for record in records:
            await handle(record)

    limits = replace(limits, unit=1, units=inf)
    await Consumer(subscription, work, limits=limits, clock=clock, progress=progress).run(stop)


async def run_batches(
    subscription: Subscription,
    handle_many: Callable[[tuple[Record, ...]], Awaitable[None]],
    *,
    stop: asyncio.Event,
    clock: Clock,
    progress: Progress,
    max_batch: int = 100,
    linger_s: float = 0.0,
    limits: ConsumerLimits = DEFAULT_LIMITS,
) -> None:
    """Handle up to ``max_batch`` records together, of all partitions and in their order, one batch at a time.

    ``handle_many`` returns when the outputs of all of them are durable. While it works every partition
    is paused; what it finished is committed before more is asked for from an idle log. After a batch
    that was not full the next one is left ``linger_s`` seconds to gather: fewer, larger transactions.
    """

    async def work(records: tuple[Record, ...]) -> None:
        await handle_many(records)
        if linger_s and len(records) < max_batch:
            await clock.sleep(linger_s)

    window = replace(limits.window, count=max_batch)
    limits = replace(limits, unit=max_batch, units=1, max_poll=max_batch, window=window)
    await Consumer(subscription, work, limits=limits, clock=clock, progress=progress).run(stop)
