"""The stages as processes, several of each, replaced when they end: what an orchestrator does."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

from faults.cluster.plan import STAGES, StageName
from support import forked
from support.forked import Forked
from support.waiting import eventually

START = {"poll": 2, "extract": 1, "store": 2}
"""How many of each at the beginning."""
END_WITHIN_S = 60.0
"""After SIGTERM: what an orchestrator would wait before it kills."""
REPLACE_AFTER_S = 0.5
"""A process that ended by itself is replaced then."""


@dataclass(eq=False)
class Replica:
    """One process of one stage."""

    name: str
    stage: StageName
    process: Forked
    frozen: bool = False
    asked_to_end: bool = False


@dataclass
class Fleet:
    """Every replica. Whoever enters it has them killed at the end."""

    environment: Mapping[str, str]
    folder: Path
    tell: Callable[[str], None]
    """Where what happens is logged."""
    replicas: list[Replica] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    """Who ended by itself, with the exit code."""
    unclean: list[str] = field(default_factory=list)
    """Who did not end in good order when asked to."""
    started: int = 0
    _session_ids: list[int] = field(default_factory=list)
    _keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        for stage in STAGES:
            for _ in range(START[stage]):
                self.start(stage)
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
        for replica in self.replicas:
            replica.process.kill()
            replica.process.wait()
        for process in self._left_behind():
            process.kill()

    def start(self, stage: StageName) -> Replica:
        """One more replica."""
        self.started += 1
        name = f"{stage}-{self.started}"
        with (self.folder / f"{name}.log").open("wb") as log:
            process = forked.start("newswire", [stage], self.environment, stdout=log, stderr=log)
        self._session_ids.append(process.pid)
        replica = Replica(name, stage, process)
        self.replicas.append(replica)
        return replica

    def of(self, stage: StageName) -> list[Replica]:
        """The replicas that run and go on running."""
        return [each for each in self.replicas if each.stage == stage and not each.frozen and not each.asked_to_end]

    def kill(self, stage: StageName, which: float) -> str:
        """SIGKILL to one; another is started. What happened."""
        there = self.of(stage)
        if not there:
            return f"no {stage} to kill"
        replica = there[int(which * len(there))]
        replica.process.kill()
        replica.process.wait()
        self.replicas.remove(replica)
        return f"{replica.name} killed, {self.start(stage).name} started"

    async def freeze(self, stage: StageName, which: float, seconds: float) -> str:
        """SIGSTOP one for so long. What happened."""
        there = self.of(stage)
        if not there:
            return f"no {stage} to freeze"
        replica = there[int(which * len(there))]
        replica.frozen = True
        replica.process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            replica.process.send_signal(signal.SIGCONT)
            replica.frozen = False
        return f"{replica.name} was frozen"

    async def roll(self, stage: StageName, count: int) -> str:
        """``count`` new replicas, then the end of the old ones, one after the other. What happened."""
        old = [each for each in self.replicas if each.stage == stage and not each.asked_to_end]
        new = [self.start(stage) for _ in range(count)]
        for replica in old:
            await self.end(replica)
        return f"{len(old)} {stage} replaced by {', '.join(each.name for each in new)}"

    async def end(self, replica: Replica) -> None:
        """SIGTERM, and wait until it has ended; one that does not, or not with 0, is noted as ``unclean``."""
        if replica not in self.replicas or replica.asked_to_end:
            return  # killed meanwhile, or ended by another roll
        replica.asked_to_end = True
        replica.process.send_signal(signal.SIGTERM)
        try:
            await eventually(lambda: replica.process.poll() is not None, within_s=END_WITHIN_S)
        except AssertionError:
            self.unclean.append(f"{replica.name} did not end within {END_WITHIN_S} s")
            replica.process.kill()
            replica.process.wait()
        else:
            # Before a new process listens for signals, SIGTERM does what it does to everybody.
            if replica.process.returncode not in {0, -signal.SIGTERM}:
                self.unclean.append(f"{replica.name} ended with {replica.process.returncode}")
        self.replicas.remove(replica)

    async def end_all(self) -> None:
        """SIGTERM to everybody, pollers first."""
        for stage in STAGES:
            await asyncio.gather(*(self.end(each) for each in self.of(stage)))

    async def orphans(self) -> list[str]:
        """Processes that outlived the stage which started them, after some time to notice."""
        try:
            await eventually(lambda: not self._left_behind(), within_s=10)
        except AssertionError:
            return [f"{process.pid} {process.name()}" for process in self._left_behind()]
        return []

    def _left_behind(self) -> list[psutil.Process]:
        running = {each.process.pid for each in self.replicas}
        dead = set(self._session_ids) - running
        return [process for process in psutil.process_iter() if _session_of(process) in dead]

    async def _keep(self) -> None:
        while True:
            for replica in list(self.replicas):
                code = replica.process.poll()
                if code is not None and not replica.asked_to_end and replica in self.replicas:
                    self.replicas.remove(replica)
                    self.ended.append(f"{replica.name} with {code}")
                    await asyncio.sleep(REPLACE_AFTER_S)
                    self.tell(f"{replica.name} ended by itself with {code}, {self.start(replica.stage).name} started")
            await asyncio.sleep(0.2)


def _session_of(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getsid(process.pid)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return None
