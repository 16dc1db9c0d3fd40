"""Does what the plan says, and says so: one line a step, with the moment it began."""

import asyncio
import subprocess
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from faults.cluster.evidence import Books, Log
from faults.cluster.fleet import Fleet
from faults.cluster.hurts import Hurt
from faults.cluster.plan import (
    Broker,
    Edit,
    Event,
    Freeze,
    Inject,
    Kill,
    Network,
    Postgres,
    Print,
    Roll,
    Server,
    Silence,
    Step,
    Terminate,
    Withdraw,
)
from faults.cluster.poison import poison_record
from faults.cluster.press import HOSTS, Press
from support import kafka, postgres
from support.proxy import Proxy

QUIET = (Print, Edit)
"""Steps that are the publisher's daily work; they get no line."""
SURELY_SEEN = 4
"""Requests that a host did not answer, from which an entry has a line about it: a client asks twice for a page."""


class PlanClock:
    """The seconds of the plan. It stands still while a server starts: on a slow machine the plan takes longer."""

    def __init__(self) -> None:
        self.begin()
        self.held = 0
        """How many hold it."""
        self._held_since = 0.0

    def begin(self) -> None:
        """From now on."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds since the plan began."""
        return (self._held_since if self.held else time.monotonic()) - self._began

    async def reach(self, at_s: float) -> None:
        """Wait for that second."""
        while (early_s := at_s - self.now()) > 0 or self.held:  # noqa: ASYNC110  # time moves on, nobody tells
            await asyncio.sleep(min(max(early_s, 0.05), 0.5))

    @contextmanager
    def hold(self) -> Iterator[None]:
        """It stands still within the block."""
        self._held_since = self._held_since if self.held else time.monotonic()
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1
            if not self.held:
                self._began += time.monotonic() - self._held_since


@dataclass
class Hand:
    """Everything that can be hurt."""

    press: Press
    fleet: Fleet
    log: Log
    books: Books
    database: str
    kafka: kafka.Kafka | None
    postgres: postgres.Postgres
    proxies: Mapping[Server, Proxy]
    command: Callable[..., subprocess.CompletedProcess[str]]
    """``newswire`` with arguments, to its end."""
    tell: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)
    """By what was done, how often."""
    hurts: list[Hurt] = field(default_factory=list)
    """What was hurt, and when."""
    clock: PlanClock = field(default_factory=PlanClock)

    async def follow(self, steps: tuple[Step, ...]) -> None:
        """Do everything at its moment; returns when the last step is over."""
        self.clock.begin()
        async with asyncio.TaskGroup() as group:
            for step in steps:
                await self.clock.reach(step.at_s)
                group.create_task(self._do(step))

    async def _do(self, step: Step) -> None:
        if not isinstance(step.event, QUIET):
            self.tell(f"planned {step.at_s:5.1f}: {step.event}")
        done = await self._act(step.event)
        self.counts[type(step.event).__name__] += 1
        if not isinstance(step.event, QUIET):
            self.tell(f"done {step.event}{done and ': '}{done}")

    async def _act(self, event: Event) -> str:  # noqa: C901, PLR0911  # one for each kind
        match event:
            case Print(numbers):
                self.press.print(numbers)
            case Edit(which):
                self.press.edit(which)
            case Withdraw(which, purge):
                return await self._withdraw(which, purge=purge)
            case Kill(stage, which):
                return self.fleet.kill(stage, which)
            case Freeze(stage, which, seconds):
                with self._hurting("kafka", "database"):  # a process that wakes up finds its connections gone
                    return await self.fleet.freeze(stage, which, seconds)
            case Roll(stage, replicas):
                return await self.fleet.roll(stage, replicas)
            case Broker(down_s) | Postgres(down_s):
                return await self._bounce(self.kafka if isinstance(event, Broker) else self.postgres, down_s)
            case Terminate():
                return await self._terminate()
            case Inject(number):
                return await self._inject(number)
            case Network(server, trouble, seconds):
                return await self._trouble(server, trouble, seconds)
            case Silence(which, seconds):
                return await self._silence(HOSTS[1 + int(which * (len(HOSTS) - 1))], seconds)
        return ""

    async def _inject(self, number: int) -> str:
        poison = poison_record(number)
        await self._insist(lambda: self.log.write(poison.topic, poison.key, poison.value, poison.headers))
        return f"{poison.kind} on {poison.topic}"

    async def _withdraw(self, which: float, *, purge: bool) -> str:
        url = self.press.take(which, purge=purge)
        options = ("--reason", "the plan says so", *(["--purge"] if purge else []))

        async def withdraw() -> None:
            (stored,) = await self.books.fetch(f"SELECT 1 FROM articles WHERE canonical_url = '{url}'", timeout_s=5)
            if not stored:  # cheaper than a process that finds it out
                raise OSError(f"{url} is not stored yet")
            try:
                done = await asyncio.to_thread(self.command, "withdraw", url, *options)
            except subprocess.TimeoutExpired as error:
                raise OSError(str(error)) from error
            with (self.fleet.folder / "withdraw.log").open("a") as log:
                log.write(done.stdout)
            if done.returncode:  # a server is away
                raise OSError(done.stderr.strip()[-300:])

        await self._insist(withdraw)
        return url

    async def _bounce(self, server: kafka.Kafka | postgres.Postgres | None, down_s: float) -> str:
        if server is None:
            return "there is none"
        began = time.monotonic()
        with self._hurting("kafka" if server is self.kafka else "database") as (hurt,):
            with self.clock.hold():
                await asyncio.to_thread(server.kill)
            try:
                await asyncio.sleep(down_s)
            finally:
                with self.clock.hold():
                    hurt.away_until = datetime.now(UTC)
                    await asyncio.to_thread(server.start)
        return f"it was back after {time.monotonic() - began:.1f} s"

    async def _silence(self, host: str, seconds: float) -> str:
        before = self.press.asked["unanswered"]
        with self._hurting(host) as (hurt,):
            self.press.silent = host
            await asyncio.sleep(seconds)
            self.press.silent = None
            unanswered = self.press.asked["unanswered"] - before
            if unanswered >= SURELY_SEEN:
                hurt.away_until = hurt.begin
        return f"{host} did not answer {unanswered} requests"

    @contextmanager
    def _hurting(self, *dependencies: str) -> Iterator[list[Hurt]]:
        """Note that each of these is hurt within the block."""
        now = datetime.now(UTC)
        hurts = [Hurt(dependency, now, now) for dependency in dependencies]
        self.hurts += hurts
        try:
            yield hurts
        finally:
            for hurt in hurts:
                hurt.end = datetime.now(UTC)

    async def _terminate(self) -> str:
        found = ""

        async def terminate() -> None:
            nonlocal found
            found = await self.books.terminate_one(self.database)

        with self._hurting("database"):
            await self._insist(terminate)
        self.counts[f"terminated {found}"] += 1
        return found

    async def _trouble(self, server: Server, trouble: str, seconds: float) -> str:
        proxy = self.proxies.get(server)
        if proxy is None:
            return "there is none"
        with self._hurting("kafka" if server == "kafka" else "database"):
            match trouble:
                case "freeze":
                    proxy.freeze()
                case "delay":
                    proxy.delay(0.5)
                case "deafen":
                    proxy.deafen()
                case "cut":
                    return f"{proxy.cut()} connections"
            await asyncio.sleep(seconds)
            proxy.heal()
        return ""

    async def _insist(self, action: Callable[[], Awaitable[None]]) -> None:
        """Until what it needs is there."""
        while True:
            try:
                return await action()
            except OSError as error:
                self.tell(f"again in a moment: {error}")
                await asyncio.sleep(0.5)
