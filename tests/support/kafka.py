"""A real Kafka broker for tests: one KRaft node of 4.x from jars that Maven resolves.

It is a plain child process, so that a test can kill it with -9, freeze it, and start it again on the same
data. Beside its own address it has a *proxied* one: clients that bootstrap there are sent, by what the broker
advertises, to a port where a test may put a `support.proxy.Proxy` and hurt the connections.
"""

import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from support.kafka_jars import classpath

START_TIMEOUT_S: Final = 90.0
_JAVA: Final = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""Starts in seconds and is meant for a few thousand records."""
_CLUSTER_ID: Final = "bmV3c3dpcmUtdGVzdHMtMQ"
"""16 bytes in base64. Every broker of tests is a cluster of its own, so one id does; to have one made takes a JVM."""
_PROPERTIES: Final = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{behind},CONTROLLER://127.0.0.1:{controller}{more}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxied}{more}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT{protocols}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""
"""Topics are not created by being named, as in production. A killed broker is let in again after 2 s instead of 9."""


class KafkaFailedError(Exception):
    """Kafka is there and does not start; the message ends with what it logged."""


class Broker:
    """A broker that is there: topics made and looked at over another client than the one under test."""

    def __init__(self, address: str) -> None:
        self.address = address
        """Where to bootstrap: host:port."""

    def create_topics(self, names: Iterable[str], *, partitions: int, config: Mapping[str, str] | None = None) -> None:
        """Topics that must not be there yet; as soon as this returns they can be used."""
        admin = self.admin()
        wanted = [NewTopic(name, partitions, 1, config=dict(config or {})) for name in names]
        for created in admin.create_topics(wanted, operation_timeout=30).values():
            created.result(30)

    def delete_topics(self, names: Iterable[str]) -> None:
        """Gone, with what is in them."""
        admin, names = self.admin(), list(names)
        for deleted in admin.delete_topics(names, operation_timeout=30).values():
            deleted.result(30)
        deadline = time.monotonic() + 30
        while not admin.list_topics(timeout=30).topics.keys().isdisjoint(names):
            if time.monotonic() > deadline:
                raise TimeoutError(f"deleted, and still there: {names}")
            time.sleep(0.01)  # what the controller has done, the broker hears of a moment later

    def admin(self) -> AdminClient:
        """librdkafka's administrator at this broker, silent about broken connections."""
        return AdminClient({"bootstrap.servers": self.address, "log_level": 0})


class Kafka(Broker):
    """One broker that we run, with its own data folder."""

    def __init__(
        self,
        folder: Path,
        classpath: str,
        *,
        listeners: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._classpath = classpath
        self._log = folder / "log"
        self._config = folder / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None
        protocols = listeners or {}
        self.port, self.behind, self.proxied_port, controller, *more = free_ports(4 + len(protocols))
        self.listeners = {name: f"localhost:{port}" for name, port in zip(protocols, more, strict=True)}
        """Where to bootstrap by another listener: host:port by its name."""
        super().__init__(f"127.0.0.1:{self.port}")
        self._config.write_text(
            _PROPERTIES.format(
                port=self.port,
                behind=self.behind,
                proxied=self.proxied_port,
                controller=controller,
                data=folder / "data",
                more="".join(f",{name}://{address}" for name, address in self.listeners.items()),
                protocols="".join(f",{name}:{protocol}" for name, protocol in protocols.items()),
            )
            + "".join(f"{name}={value}\n" for name, value in (settings or {}).items())
        )

    @classmethod
    def start_new(
        cls,
        *,
        listeners: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        formatting: Sequence[str] = (),
        jars_kept_in: Path = Path(sys.prefix),
    ) -> Self:
        """Resolve the jars, format a data folder and start a broker on it.

        Raises `NoKafkaError` where a part is missing, `KafkaFailedError` where the broker does not start.

        ``listeners`` are more ways in, by name with their protocol; ``settings`` the broker's own, over ours;
        ``formatting`` more arguments for StorageTool; ``jars_kept_in`` the folder for what Maven found.
        """
        folder = Path(tempfile.mkdtemp(prefix="newswire-kafka-"))
        try:
            server = cls(folder, classpath(jars_kept_in), listeners=listeners, settings=settings)
            server._tool("format", "-t", _CLUSTER_ID, "-c", str(server._config), *formatting)
            server.start()
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError | subprocess.SubprocessError):
                raise KafkaFailedError(f"Kafka does not start: {error}") from error
            raise
        return server

    @property
    def proxied_address(self) -> str:
        """Where to bootstrap through a proxy that the test runs from `proxied_port` to `behind`."""
        return f"127.0.0.1:{self.proxied_port}"

    @property
    def running(self) -> bool:
        """Whether it has been started, and not killed since."""
        return self._process is not None

    def start(self) -> None:
        """Start on the data there is; returns when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_java(self._classpath), "kafka.Kafka", str(self._config)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise OSError(f"it ended or did not answer:\n{self._log.read_text()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing is answered, until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the broker and remove its data."""
        self.thaw()
        self._end(signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        time.sleep(0.1)  # between two looks at another process that says nothing by itself
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        with suppress(KafkaException):
            return bool(self.admin().list_topics(timeout=5).brokers)
        return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def _tool(self, *arguments: str) -> str:
        done = subprocess.run(
            [*_java(self._classpath), "kafka.tools.StorageTool", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=START_TIMEOUT_S,
        )
        if done.returncode:
            raise OSError(f"StorageTool {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout


def _java(classpath: str) -> list[str]:
    return ["java", *_JAVA, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", classpath]


def free_ports(count: int) -> list[int]:
    """Ports to listen on, below those that the system gives to outgoing connections.

    Of the latter one could be taken by a client while the server that it belongs to is down.
    """
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(12_000, 30_000)
        with socket.socket() as probe:
            if port not in found and not _taken(probe, port):
                found.append(port)
    return found


def _taken(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return True
    return False
