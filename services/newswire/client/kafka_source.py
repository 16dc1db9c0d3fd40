"""Pages from the topic of changes in Kafka. This module imports aiokafka, so it is imported when it is used."""

import asyncio
import json
import logging
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from newswire.client.errors import WireAway, WireRefused
from newswire.client.event_facets import ArticleFacets
from newswire.client.kafka_place import Offsets, cursor_of, lost, place_of
from newswire.client.loop_thread import LoopThread
from newswire.client.pages import PAGE, ChangesPage, FoundPage, Wanted, WantedArticles, read_rows
from newswire.domain.wire.documents import ARTICLE_FIELDS, TEXT, chosen_event
from newswire.events import CHANGES
from newswire.kafka.refusal import KafkaNames, refusal

# Where nobody set logging up, Python prints what aiokafka logs: ten lines a second while a broker is away. The follower
# says it once for each try.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())

T = TypeVar("T")
_NAMES: Final = KafkaNames(
    protocol="security_protocol",
    mechanism="sasl_mechanism",
    user="sasl_plain_username",
    password="sasl_plain_password",  # noqa: S106  # its name
    authorities="ssl_context",
    certificate="ssl_context",
)
"""The names of aiokafka's arguments, which stand in ``kafka=``."""
_ANSWER_S: Final = 10.0
_LOOK_S: Final = 0.5
_METADATA_S: Final = 0.02


class KafkaSource:
    """`PageSource` over a topic, in no consumer group: the reader keeps the offsets itself, as its cursor.

    An event loop in a thread of its own speaks with the brokers, since aiokafka needs one.
    """

    def __init__(self, servers: Sequence[str], arguments: Mapping[str, Any]) -> None:
        """``arguments`` go to aiokafka's consumer as they are: the protocol, the user, the certificates."""
        self._servers, self._arguments = list(servers), dict(arguments)
        self._loop: LoopThread | None = None
        self._starting = threading.Lock()
        self._asking: set[Future[Any]] = set()
        self._one = asyncio.Lock()
        self._consumer: AIOKafkaConsumer | None = None
        self._partitions: list[TopicPartition] = []
        self._place: dict[int, int] | None = None
        self._facets = ArticleFacets()

    def page(self, wanted: Wanted, after: str | None, wait_s: float) -> ChangesPage:
        """The next page. Raises `WireAway`, `WireRefused`, `CursorLost`."""
        return self._asked(self._page(wanted, after, wait_s))

    def search(self, search: WantedArticles, after: str | None) -> FoundPage:
        """Refused: the index is the server's."""
        del search, after
        raise WireRefused("a log is not searched: connect to the address of newswire serve, or use newswire search")

    def interrupt(self) -> None:
        """Let every page that is waited for fail at once."""
        for future in list(self._asking):
            future.cancel()

    def close(self) -> None:
        """Leave the brokers, and end the thread."""
        self.interrupt()
        with self._starting:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.end(self._left())

    def _asked(self, work: Coroutine[Any, Any, T]) -> T:
        with self._starting:
            self._loop = self._loop or LoopThread("newswire.client.kafka")
            future = self._loop.submit(work)
            self._asking.add(future)
        try:
            return future.result()
        except CancelledError:
            raise WireAway("closed") from None
        finally:
            self._asking.discard(future)

    async def _page(self, wanted: Wanted, after: str | None, wait_s: float) -> ChangesPage:
        async with self._one:
            try:
                consumer = self._consumer or await self._connected()
                there = await self._offsets(consumer)
                place = place_of(after, there)
                if place != self._place:
                    for partition in self._partitions:
                        consumer.seek(partition, place[partition.partition])
                self._place = None  # until this page is given: a page that is broken off is read again
                page = await self._read(consumer, wanted, place, there, wait_s)
            except OffsetOutOfRangeError:
                raise lost("records that were not read yet are gone", await self._offsets(consumer)) from None
            except (KafkaError, OSError) as error:  # a TimeoutError is an OSError
                await self._left()
                raise WireAway(f"Kafka at {','.join(self._servers)}: {error or type(error).__name__}") from error
            self._place = place
            return page

    async def _read(
        self, consumer: AIOKafkaConsumer, wanted: Wanted, place: dict[int, int], there: Offsets, wait_s: float
    ) -> ChangesPage:
        """Read on from ``place``, which moves with it, until something is wanted, the time is over, or all is read."""
        now = asyncio.get_running_loop().time
        until, answered_by = now() + wait_s, now() + _ANSWER_S
        rows: list[dict[str, Any]] = []
        while not rows and (now() < until or not _at_end(place, there)):
            found = await consumer.getmany(timeout_ms=round(_LOOK_S * 1000), max_records=PAGE)
            for partition, records in found.items():
                for record in records:
                    place[partition.partition] = record.offset + 1
                    rows += self._row(record.value, wanted, place)
            answered_by = now() + _ANSWER_S if found or _at_end(place, there) else answered_by
            if now() > answered_by:
                raise TimeoutError(f"no records for {_ANSWER_S:g} s")
        return ChangesPage(read_rows(rows), cursor_of(place), more=not _at_end(place, there))

    def _row(self, value: bytes, wanted: Wanted, place: Mapping[int, int]) -> list[dict[str, Any]]:
        event = json.loads(value)
        if not self._facets.takes(event, wanted.filter):
            return []
        data = event if wanted.text else chosen_event(event, ARTICLE_FIELDS - {TEXT})
        return [{"cursor": cursor_of(place), "data": data}]

    async def _connected(self) -> AIOKafkaConsumer:
        try:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._servers,
                client_id="newswire.client",
                enable_auto_commit=False,
                auto_offset_reset="none",
                request_timeout_ms=int(_ANSWER_S * 1000),
                **self._arguments,
            )
        except (TypeError, ValueError) as error:
            raise WireRefused(f"aiokafka's consumer does not take this kafka=: {error}") from error
        try:
            async with asyncio.timeout(_ANSWER_S):
                await consumer.start()
                self._partitions = await self._partitions_of(consumer)
        except (KafkaError, OSError) as error:
            await consumer.stop()
            if told := await refusal(self._servers, self._arguments, _NAMES):
                raise WireRefused(f"{told}. kafka= holds these arguments") from error
            raise
        except BaseException:
            await consumer.stop()
            raise
        consumer.assign(self._partitions)
        self._consumer, self._place = consumer, None
        return consumer

    async def _partitions_of(self, consumer: AIOKafkaConsumer) -> list[TopicPartition]:
        """The partitions of the topic. A topic that does not exist is not named to a broker, which might create it."""
        if CHANGES not in await consumer.topics():
            raise WireRefused(f"Kafka at {','.join(self._servers)} has no topic {CHANGES}, or does not show it")
        consumer.assign([TopicPartition(CHANGES, 0)])  # aiokafka asks for the topic's metadata after this
        while not (numbers := consumer.partitions_for_topic(CHANGES)):  # noqa: ASYNC110  # aiokafka has no event for it
            await asyncio.sleep(_METADATA_S)
        return [TopicPartition(CHANGES, number) for number in sorted(numbers)]

    async def _offsets(self, consumer: AIOKafkaConsumer) -> Offsets:
        begins = await consumer.beginning_offsets(self._partitions)
        ends = await consumer.end_offsets(self._partitions)
        return Offsets(
            {at.partition: offset for at, offset in begins.items()},
            {at.partition: offset for at, offset in ends.items()},
        )

    async def _left(self) -> None:
        consumer, self._consumer, self._place = self._consumer, None, None
        if consumer is not None:
            await consumer.stop()


def _at_end(place: Mapping[int, int], there: Offsets) -> bool:
    """Whether everything was read that was there when the page was asked for."""
    return all(place[number] >= end for number, end in there.ends.items())
