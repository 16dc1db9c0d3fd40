"""What aiokafka does not offer and we cannot do without: the one place that reaches into its objects.

It is pinned to one minor version for this file's sake. Whatever is here has been read in its source and is
tested against a real broker.
"""

# ruff: noqa: SLF001  # reaching in is what this file is for

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from time import monotonic
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaConnectionError, KafkaError
from aiokafka.protocol.group import LeaveGroupRequest

END_S: Final = 2.0
"""For cancelled tasks and aborted connections to be gone; no network is waited for."""
_PROMPTLY_S: Final = 0.2
_LEAVE_S: Final = 1.0


def client_of(consumer: AIOKafkaConsumer) -> Any:
    """The `AIOKafkaClient` under a consumer; a producer shows its own."""
    return consumer._client


class Connections:
    """The connections of one client, also those that it has closed but that still have something to send."""

    def __init__(self, client: Any) -> None:
        """Watches ``client`` from here on."""
        self._client = client
        self._transports: set[asyncio.Transport] = set()
        self._get = client._get_conn
        client._get_conn = self._remembered

    async def _remembered(self, *arguments: Any, **named: Any) -> Any:
        connection = await self._get(*arguments, **named)
        self._transports = {transport for transport in self._transports if not _closed(transport)}
        if connection is not None and connection._writer is not None:
            self._transports.add(connection._writer.transport)
        return connection

    async def end(self, tasks: Iterable["asyncio.Task[Any] | None"]) -> None:
        """Cancel ``tasks`` and abort every connection: nothing is sent any more. Waits for no broker."""
        running = {task for task in (*tasks, self._client._sync_task) if task is not None}
        for task in running:
            task.cancel()
        for transport in self._transports:
            transport.abort()
        self._transports.clear()
        running.add(asyncio.ensure_future(self._client.close()))
        ended, left = await asyncio.wait(running, timeout=END_S)
        for task in ended:
            _retrieve(task)
        for task in left:
            task.cancel()


def _closed(transport: asyncio.Transport) -> bool:
    return transport.is_closing() and not transport.get_write_buffer_size()


def _retrieve(future: "asyncio.Future[Any]") -> None:
    """Look at a future's error, or asyncio complains that nobody did."""
    if future.done() and not future.cancelled():
        future.exception()


# ------------------------------------------------------------------------------------------------- producer
class ProducerTasks:
    """The background of one producer, so that it can be ended while a broker is away.

    `AIOKafkaProducer.stop` waits until everything is delivered, which an idempotent producer tries for ever.
    """

    def __init__(self, producer: AIOKafkaProducer) -> None:
        """Watches ``producer`` from before it is started."""
        self._producer = producer
        self._connections = Connections(producer.client)
        self._tasks: set[asyncio.Task[Any]] = set()
        sender = producer._sender
        sender._send_produce_req = self._followed(sender._send_produce_req)

    def _followed(self, send: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
        async def send_followed(*arguments: Any) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            await send(*arguments)

        return send_followed

    async def end(self) -> None:
        """Fail whoever still waits to be delivered, and let nothing of this producer go on."""
        self._producer._closed = True
        error = KafkaConnectionError("this producer was given up")
        waiting = self._producer._message_accumulator
        batches = [*chain.from_iterable(waiting._batches.values()), *waiting._pending_batches]
        waiting.fail_all(error)
        for batch in batches:
            _retrieve(batch._drain_waiter)
        await self._connections.end([self._producer._sender.sender_task, *self._tasks])


# ------------------------------------------------------------------------------------------------- consumer
def check(consumer: AIOKafkaConsumer) -> None:
    """Raise what made the client's background end or pause. `getmany` only does while no rebalance is going on."""
    if consumer._closed:
        raise ConsumerStoppedError
    coordinating = getattr(consumer._coordinator, "_coordination_task", None)
    for task in (coordinating, consumer._fetcher._fetch_task, consumer._client._sync_task):
        if task is not None and task.done():
            cause = None if task.cancelled() else task.exception()
            raise KafkaError(f"the client's background has ended: {cause!r}") from cause
    consumer._coordinator.check_errors()


@contextmanager
def polling(consumer: AIOKafkaConsumer) -> Iterator[None]:
    """While this lasts the client does not count as idle, which would end its membership (max_poll_interval_ms)."""
    state = consumer._subscription
    state._fetch_count += 1
    try:
        yield
    finally:
        state._fetch_count -= 1
        state._last_fetch_ended = monotonic()


def fetched(consumer: AIOKafkaConsumer, wake: Callable[[], None]) -> "asyncio.Future[None]":
    """A future that calls ``wake`` when there may be records to take; cancel it when done with waiting.

    `getmany` can only wait and take in one, and so would lose records when it is cancelled in between.
    """

    def woken(future: "asyncio.Future[None]") -> None:
        _retrieve(future)
        wake()

    waiter: asyncio.Future[None] = consumer._fetcher._create_fetch_waiter()
    waiter.add_done_callback(woken)
    return waiter


def position(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    """The offset that would be given next; None when the client does not know. `position` waits until it does."""
    assignment = consumer._subscription.subscription.assignment
    state = None if assignment is None else assignment.state_value(partition)
    return state.position if state is not None and state.has_valid_position else None


def expelled(consumer: AIOKafkaConsumer) -> bool:
    """Whether the group has forgotten this member, so that there is nothing left to give away in good order."""
    return not consumer._coordinator.member_id


async def committed(consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
    """The committed offset of each partition that has one, in one request instead of one per partition."""
    found = await consumer._coordinator.fetch_committed_offsets(partitions)
    return {at: kept.offset for at, kept in found.items()}


async def end_consumer(consumer: AIOKafkaConsumer, connections: Connections, within_s: float) -> None:
    """Leave the group and close everything; what takes longer than ``within_s`` seconds is ended all the same."""
    # A task of its own, as what the client cancels within it comes out of it at times.
    stopping = asyncio.ensure_future(consumer.stop())
    try:
        await asyncio.wait({stopping}, timeout=_PROMPTLY_S)
        if not stopping.done():
            await _leave(consumer)
            await asyncio.wait({stopping}, timeout=within_s)
    finally:
        stopping.cancel()
        coordinator, fetcher = consumer._coordinator, consumer._fetcher
        names = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_reset_committed_task")
        tasks = [stopping, *(getattr(coordinator, name, None) for name in names)]
        if fetcher is not None:
            tasks += [fetcher._fetch_task, *fetcher._pending_tasks]
        await connections.end(tasks)


async def _leave(consumer: AIOKafkaConsumer) -> None:
    """Say goodbye beside a request to join, which the coordinator answers when everybody has joined, or left.

    On another connection, as a broker answers one request of a connection after the other.
    """
    coordinator = consumer._coordinator
    node, member = getattr(coordinator, "coordinator_id", None), getattr(coordinator, "member_id", "")
    if node is not None and member:
        with suppress(KafkaError, OSError):
            async with asyncio.timeout(_LEAVE_S):
                await consumer._client.send(node, LeaveGroupRequest(coordinator.group_id, member))
