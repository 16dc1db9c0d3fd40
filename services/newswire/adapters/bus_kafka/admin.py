"""The `TopicAdmin` port over Kafka.

What aiokafka's administrator leaves to its caller: errors come as codes in its answers, a node that does not answer
is asked once, and the metadata of a topic that is not there creates it, where brokers allow that
(``auto.create.topics.enable``, which is their default). So whether a topic exists is asked for by its settings.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, TypeVar

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    LeaderNotAvailableError,
    NoError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from newswire.adapters.bus_kafka.clients import start
from newswire.domain.log.topics import FoundCluster, FoundTopic, WantedTopic
from newswire.errors import UsageError, Wait

T = TypeVar("T")

_PAUSE_S: Final = 0.2
_CLOSE_S: Final = 5.0
_OFFSETS_RETENTION: Final = "offsets.retention.minutes"


class KafkaTopics:
    """Connects on first use."""

    def __init__(self, servers: Sequence[str], *, arguments: Mapping[str, Any], timeout_s: float = 15.0) -> None:
        """``arguments`` are those of `client_arguments`; each method takes about ``timeout_s`` seconds at most."""
        self._servers = tuple(servers)
        self._arguments = dict(arguments)
        self._timeout_s = timeout_s
        self._client: AIOKafkaAdminClient | None = None

    async def cluster(self) -> FoundCluster:
        """See the port."""
        return await self._bounded(_cluster)

    async def found(self, names: Sequence[str]) -> Mapping[str, FoundTopic]:
        """See the port."""
        return await self._bounded(lambda client: _found(client, names))

    async def create(self, topics: Sequence[WantedTopic]) -> None:
        """See the port."""
        await self._bounded(lambda client: _create(client, topics))

    async def close(self) -> None:
        """See the port."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(client.close(), _CLOSE_S)

    async def _bounded(self, ask: Callable[[AIOKafkaAdminClient], Awaitable[T]]) -> T:
        """Ask until there is an answer or the time is up: another node may know, or the same one a little later."""
        told = "no answer"
        try:
            async with asyncio.timeout(self._timeout_s):
                client = await self._connected()
                while True:
                    try:
                        return await ask(client)
                    except (KafkaError, TimeoutError) as error:
                        if isinstance(error, KafkaError) and not error.retriable:
                            raise UsageError(_refused(error)) from error
                        told = str(error) or told
                    await asyncio.sleep(_PAUSE_S)
        except TimeoutError:
            raise Wait(f"Kafka at {','.join(self._servers)}: {told}", dependency="kafka") from None

    async def _connected(self) -> AIOKafkaAdminClient:
        if self._client is None:
            client = AIOKafkaAdminClient(
                bootstrap_servers=list(self._servers),
                request_timeout_ms=round(self._timeout_s * 1000 / 3),  # time is left to ask another node
                **self._arguments,
            )
            await start(client, client.close, self._servers, self._arguments)
            self._client = client
        return self._client


async def _cluster(client: AIOKafkaAdminClient) -> FoundCluster:
    brokers = [broker["node_id"] for broker in (await client.describe_cluster())["brokers"]]
    resource = ConfigResource(ConfigResourceType.BROKER, str(brokers[0]), {_OFFSETS_RETENTION: None})
    try:
        minutes = (await _configs(client, [resource]))[str(brokers[0])].get(_OFFSETS_RETENTION)
    except ClusterAuthorizationFailedError:
        minutes = None
    return FoundCluster(len(brokers), None if minutes is None else timedelta(minutes=int(minutes)))


async def _found(client: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, FoundTopic]:
    configs = await _configs(client, [ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    if not configs:
        return {}
    found = {}
    for topic in await client.describe_topics(list(configs)):
        name, partitions = topic["topic"], topic["partitions"]
        _check(topic["error_code"], name)
        copies = min(len(partition["replicas"]) for partition in partitions)
        found[name] = FoundTopic(name, len(partitions), copies, configs[name])
    return found


async def _configs(client: AIOKafkaAdminClient, resources: list[ConfigResource]) -> dict[str, dict[str, str]]:
    """The settings of those resources that exist, by name."""
    configs = {}
    for response in await client.describe_configs(resources):
        for code, message, _, name, entries in response.resources:
            if code != UnknownTopicOrPartitionError.errno:
                _check(code, f"the settings of {name}: {message or ''}")
                configs[name] = {key: value for key, value, *_ in entries}
    return configs


async def _create(client: AIOKafkaAdminClient, topics: Sequence[WantedTopic]) -> None:
    wanted = [
        NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=dict(topic.config)) for topic in topics
    ]
    for name, code, message in (await client.create_topics(wanted)).topic_errors:
        if code != TopicAlreadyExistsError.errno:
            _check(code, f"creating {name}: {message or ''}")
    # Created is what the controller says; the brokers hear of it a moment later.
    if missing := {topic.name for topic in topics} - (await _found(client, [topic.name for topic in topics])).keys():
        raise LeaderNotAvailableError(f"{', '.join(sorted(missing))}: created, and not to be seen yet")


def _refused(error: KafkaError) -> str:
    allowed = not isinstance(error, TopicAuthorizationFailedError | ClusterAuthorizationFailedError)
    return f"Kafka refuses: {error}" + (
        "" if allowed else ". The user needs Describe, DescribeConfigs and Create there"
    )


def _check(code: int, what: str) -> None:
    error = for_code(code)
    if error is not NoError:
        raise error(what)
