"""docker-compose.yml at work: its commands and environment as processes, over a real Kafka and Postgres."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from urllib.request import urlopen

import pytest

from newswire.assembly.backends import open_backends
from newswire.events import TOPICS
from newswire.operations.audit import audit
from newswire.settings import load
from support.books import check
from support.commandline import NEWSWIRE, Running
from support.compose import Image, Service, services
from support.kafka import Broker, free_ports
from support.publisher import Publisher
from support.waiting import eventually

OPERATORS = {
    "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
    "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
    "NEWSWIRE_FETCH__OBEY_ROBOTS": "false",
    "NEWSWIRE_EXTRACT__RETRY_DELAYS_S": "0.1,0.1,0.1",
    "NEWSWIRE_KAFKA__PARTITIONS": "4",
}
"""newswire.env, as somebody has it who reads sites on loopback."""
ARTICLES = 8


@dataclass
class Container:
    """A stage at work."""

    service: Service
    running: Running
    port: int

    def assert_runs(self):
        ended = self.running.process.poll() is not None
        assert not ended, f"{self.service.name} ended with {self.running.end()}: {self.running.lines[-3:]}"

    def is_healthy(self):
        command = [sys.executable, *Image.read().healthcheck[1:]]
        return (
            subprocess.run(command, env={"NEWSWIRE_HEALTH__PORT": str(self.port)}, capture_output=True).returncode == 0
        )

    def answer(self, path):
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return response.read().decode()


@dataclass
class Project:
    """docker-compose.yml with its network's names put where they are here."""

    hosts: Mapping[str, str]
    services: dict[str, Service] = field(default_factory=services)

    def environment(self, name: str, port: int = 0) -> dict[str, str]:
        """What the container would have, but for what cannot be the same outside of one.

        The data folder cannot be made: a container of these has a root that is read-only.
        """
        service = self.services[name]
        given = {**Image.read().environment, **OPERATORS, **service.own_environment}
        for host, here in self.hosts.items():
            given = {variable: value.replace(host, here) for variable, value in given.items()}
        return given | {"NEWSWIRE_DATA_DIR": "/dev/null/newswire", "NEWSWIRE_HEALTH__PORT": str(port)}

    def run(self, name: str, *arguments: str) -> str:
        """``docker compose run``: its stdout; it has to end with 0."""
        done = subprocess.run(
            [*NEWSWIRE, *(arguments or self.services[name].command)],
            env=self.environment(name),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{name} {arguments}: {done.stdout} {done.stderr}"
        return done.stdout

    def up(self, stack: ExitStack, scale: Mapping[str, int]) -> list[Container]:
        """``docker compose up``: everything but profiles in the order that is asked for, the jobs to their end."""
        waits = {name: service.raw.get("depends_on", {}) for name, service in self.services.items()}
        started = []
        for service in map(self.services.__getitem__, TopologicalSorter(waits).static_order()):
            if not service.ours or "profiles" in service.raw:
                continue
            if not service.is_stage:
                self.run(service.name)
                continue
            started += [self._start(service, port, stack) for port in free_ports(scale.get(service.name, 1))]
        return started

    def _start(self, service: Service, port: int, stack: ExitStack) -> Container:
        process = stack.enter_context(
            subprocess.Popen(
                [*NEWSWIRE, *service.command],
                env=self.environment(service.name, port),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        stack.callback(process.kill)
        return Container(service, Running(process), port)


@pytest.fixture
def project(kafka_broker: Broker, postgres_url: str) -> Iterator[Project]:
    database = services()["store"].own_environment["NEWSWIRE_STORE"]
    yield Project({"kafka:9092": kafka_broker.address, database: postgres_url})
    kafka_broker.delete_topics(kafka_broker.admin().list_topics(timeout=10).topics.keys() & set(TOPICS))


async def test_its_services_make_one_pipeline_whose_books_balance(project, tmp_path):
    with Publisher(feeds=2, articles=ARTICLES, broken=frozenset({2})) as publisher, ExitStack() as stack:
        opml = tmp_path / "feeds.opml"
        outlines = "".join(f'<outline xmlUrl="{url}"/>' for url in publisher.feed_urls())
        opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')

        containers = project.up(stack, {"extract": 2})
        assert [each.service.name for each in containers].count("extract") == 2
        project.run("poll", "feeds", "import", str(opml))

        settings = load(project.environment("store"))
        async with open_backends(settings) as backends:
            balances = []

            async def drained():
                for container in containers:
                    container.assert_runs()
                balances.append(await audit(backends.ledger, backends.bus))
                return balances[-1].found == ARTICLES and balances[-1].pending == 0

            await eventually(drained, within_s=120, what=lambda: f"everything done: {balances[-1]}")

        for container in containers:
            assert container.is_healthy()
            assert json.loads(container.answer("/readyz"))["status"] == "ready"
            assert re.search(r"^newswire_build_info\{", container.answer("/metrics"), re.MULTILINE)
        assert json.loads(project.run("store", "audit"))["balanced"]
        for container in containers:
            container.running.process.send_signal(signal.SIGTERM)
        for container in containers:
            assert container.running.end() == 0
            assert all(json.loads(line)["event"] for line in container.running.lines), "every line is a log line"
        assert (await check(settings, publisher)).articles == ARTICLES
