"""The private parts of aiokafka that the log over Kafka uses; no other module touches a private attribute of its.

aiokafka is pinned to one minor version because of this module. Every function here was written after reading the source
of that version, and `tests/contract/test_bus_kafka.py` tests it against a real broker. docs/design.md says what each
one would take without private parts.
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
"""The bound on ending cancelled tasks and aborted connections. It needs no network."""
_PROMPTLY_S: Final = 0.2
_LEAVE_S: Final = 1.0


async def partitions_of(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
    """The partitions of those of ``topics`` that exist. From now on the client knows about no other topics.

    The public API reads partitions of subscribed topics alone, and a broker may create a topic that a client names.
    Raises KafkaError when no broker answers.
    """
    cluster = await consumer._client.fetch_all_metadata()
    found = {topic: cluster.partitions_for_topic(topic) or () for topic in topics}
    if existing := [topic for topic in topics if found[topic]]:
        await consumer._client.set_topics(existing)
    return [TopicPartition(topic, number) for topic in existing for number in sorted(found[topic])]


def connections_of(consumer: AIOKafkaConsumer) -> "Connections":
    """The connections of a consumer that has not been started yet."""
    return Connections(consumer._client)


class Connections:
    """The connections of one client, including closed ones that still have bytes to send."""

    def __init__(self, client: Any) -> None:
        """Record the connections that ``client``, an `AIOKafkaClient`, opens from now on."""
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
        """Cancel ``tasks`` and abort every connection, so that nothing more is sent. Does not wait for a broker."""
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
    """Retrieve a future's error, because asyncio logs an error that is never retrieved."""
    if future.done() and not future.cancelled():
        future.exception()


# ------------------------------------------------------------------------------------------------- producer
class ProducerTasks:
    """The tasks of one producer, so that it can be ended while no broker answers.

    `AIOKafkaProducer.stop` waits until every message is delivered, and an idempotent producer retries for ever.
    """

    def __init__(self, producer: AIOKafkaProducer) -> None:
        """Follow ``producer``, which must not have been started yet."""
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
        """Fail every message that is still being delivered, and end all tasks of this producer."""
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
    """Raise the error that ended the client's tasks. `getmany` raises it only outside of a rebalance."""
    if consumer._closed:
        raise ConsumerStoppedError
    coordinating = getattr(consumer._coordinator, "_coordination_task", None)
    for task in (coordinating, consumer._fetcher._fetch_task, consumer._client._sync_task):
        if task is not None and task.done():
            cause = None if task.cancelled() else task.exception()
            raise KafkaError(f"a task of the client has ended: {cause!r}") from cause
    consumer._coordinator.check_errors()


@contextmanager
def polling(consumer: AIOKafkaConsumer) -> Iterator[None]:
    """Within the block aiokafka counts the consumer as polling; an idle one is expelled after max_poll_interval_ms."""
    state = consumer._subscription
    state._fetch_count += 1
    try:
        yield
    finally:
        state._fetch_count -= 1
        state._last_fetch_ended = monotonic()


def fetched(consumer: AIOKafkaConsumer, wake: Callable[[], None]) -> "asyncio.Future[None]":
    """A future that calls ``wake`` when records may have arrived. The caller cancels it after waiting.

    `getmany` waits for records and takes them in one call, so a cancellation in between would lose them.
    """

    def woken(future: "asyncio.Future[None]") -> None:
        _retrieve(future)
        wake()

    waiter: asyncio.Future[None] = consumer._fetcher._create_fetch_waiter()
    waiter.add_done_callback(woken)
    return waiter


def expelled(consumer: AIOKafkaConsumer) -> bool:
    """Whether the group has removed this member; it can then no longer hand its partitions over."""
    return not consumer._coordinator.member_id


async def committed_offsets(
    consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
) -> Mapping[TopicPartition, int]:
    """The offset that the consumer's group has committed, for each partition that has one. Raises KafkaError.

    The public `committed` sends a request for each partition: 40 ms for 60 of them, where one request takes 2 ms.
    """
    found = await consumer._coordinator.fetch_committed_offsets(partitions)
    return {at: committed.offset for at, committed in found.items()}


async def end_consumer(consumer: AIOKafkaConsumer, connections: Connections, within_s: float) -> None:
    """Leave the group and close every connection; after ``within_s`` seconds, cancel what is still running."""
    # In a task of its own: a cancellation inside of the client may reach the caller of `stop`.
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
    """Send LeaveGroup while a JoinGroup is unanswered: the coordinator answers that when all members joined or left.

    It takes another connection, because a broker answers the requests of one connection in order.
    """
    coordinator = consumer._coordinator
    node, member = getattr(coordinator, "coordinator_id", None), getattr(coordinator, "member_id", "")
    if node is not None and member:
        with suppress(KafkaError, OSError):
            async with asyncio.timeout(_LEAVE_S):
                await consumer._client.send(node, LeaveGroupRequest(coordinator.group_id, member))
