"""Worker processes for CPU work on untrusted input: each task has a deadline and a memory limit.

On Pebble's process pool, with forkserver (never fork: threads are around). Four things are added to
what Pebble gives: the deadline is enforced inside the worker (see `newswire.runtime.child`), answers
are decoded outside Pebble, a pool that broke is replaced, and waiting for a free worker is bounded.
"""

import asyncio
import fcntl
import multiprocessing
import pickle
import signal
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, Final, TypeVar, cast

import structlog
from pebble import ProcessExpired, ProcessPool

from newswire import metrics
from newswire.errors import Reject, Wait
from newswire.runtime import child
from newswire.runtime.cpus import rss_bytes, usable_cpus

T = TypeVar("T")

ATTEMPTS: Final = 3
"""Tries of a task whose process is lost for a reason that need not be the task's own."""

REPLACEMENTS: Final = 10
"""Tries of a task whose pool is replaced under it: a neighbour's fault, so it is never rejected for that."""

SERVER_LOST: Final = 255
"""The exit code that multiprocessing makes up for a worker whose fork server is gone."""

STUCK_S: Final = 60.0
"""How long a task may be without an answer beyond all deadlines ahead of it before the pool is replaced."""

PIPE_BYTES: Final = 1 << 20
"""The largest pipe that an unprivileged process may ask for, pipe(7)."""

log = structlog.get_logger()


class _ReplacedError(Exception):
    """The whole pool was replaced while a task was with it."""


class _Worker(ForkServerProcess):
    """A process that is ended at once: workers ignore SIGTERM, and Pebble holds the pool's lock while it waits."""

    def terminate(self) -> None:
        self.kill()


class _Context(ForkServerContext):
    """Forkserver, keeping count of the processes it started, with pipes that hold whole pages."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[_Worker] = []

    def Pipe(self, duplex: bool = True) -> tuple[Any, Any]:  # noqa: FBT001, FBT002, N802  # multiprocessing's
        """A pipe that takes the next page while the one before is worked on: no worker waits for its bytes."""
        reader, writer = super().Pipe(duplex)
        if hasattr(fcntl, "F_SETPIPE_SZ") and not duplex:
            with suppress(OSError):  # not allowed that much: the default of 64 KiB works too, slower
                fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        return reader, writer

    def Process(self, *args: Any, **kwargs: Any) -> _Worker:  # type: ignore[override]  # noqa: N802  # multiprocessing's name; a factory instead of a class
        self.workers = [worker for worker in self.workers if worker.pid is None or worker.is_alive()]
        worker = _Worker(*args, **kwargs)
        self.workers.append(worker)
        return worker


@dataclass(eq=False, slots=True)
class _Processes:
    """One generation of worker processes; replaced as a whole when it breaks."""

    context: _Context
    pool: ProcessPool
    answers: "set[asyncio.Future[bytes]]" = field(default_factory=set)

    def end(self) -> None:
        """Kill the workers. Blocks for some tenths of a second."""
        self.pool.stop()  # type: ignore[no-untyped-call]  # Pebble is typed in part
        for worker in self.context.workers:
            if worker.pid is not None:
                worker.kill()
        self.pool.join()


class Pool:
    """Runs functions in killable processes. One instance belongs to one event loop."""

    def __init__(
        self,
        processes: int | None = None,
        *,
        memory_bytes: int = 1 << 30,
        max_tasks: int = 500,
        preload: Sequence[str] = (),
        prepare: Callable[[], None] | None = None,
        queued: int = 1,
        grace_s: float = 5.0,
    ) -> None:
        """Nothing is started before the first `run`.

        ``processes``: how many, default `usable_cpus`. ``memory_bytes``: private writable memory that one
        process may have while it runs a task (see `newswire.runtime.child`). ``max_tasks``: tasks after
        which a process is replaced.
        ``preload``: modules to import once, in the server that all processes are forked from.
        ``prepare``: what each process calls before its first task; it must pickle.
        ``queued``: tasks handed over per process beside the one it runs. ``grace_s``: how long
        after its deadline a task is taken for lost.
        """
        self.processes = processes or usable_cpus()
        self._memory_bytes, self._max_tasks, self._grace_s = memory_bytes, max_tasks, grace_s
        self._preload = ["newswire.runtime.pool", *preload]
        self._prepare = prepare
        self._ahead = 1 + queued
        self._room = asyncio.Semaphore(self.processes * self._ahead)
        self._starting = asyncio.Lock()
        self._current: _Processes | None = None
        self._closed = False

    async def run(self, function: Callable[..., T], *args: Any, deadline_s: float) -> T:
        """``function(*args)`` from a worker process; both must pickle, the function by its module's name.

        ``deadline_s`` counts real seconds from when a worker starts on it, not the wait for one.

        Raises what the function raised when that is a `NewswireError`; else `Reject` with reason
        ``too-slow`` (ended at its deadline), ``too-big`` (out of memory), ``crashed`` (the process
        died), ``extraction-error`` (any other exception, quoted); `Wait` when no process can be started.
        """
        async with self._room:
            for _ in range(ATTEMPTS):
                answer = await self._answer(function, args, deadline_s)
                if answer is not None:
                    result, error = pickle.loads(answer)  # noqa: S301  # written by our own child process
                    if error is not None:
                        raise error
                    return cast("T", result)
        raise Reject("crashed", f"its process was lost {ATTEMPTS} times")

    def rss(self) -> dict[int, int]:
        """Resident bytes of each worker process by its pid, pages shared with others included."""
        workers = self._current.context.workers if self._current else []
        return {worker.pid: rss_bytes(worker.pid) for worker in workers if worker.pid and worker.is_alive()}

    async def close(self) -> None:
        """Kill the workers, running tasks and all: their `run` raises `Wait`. Idempotent."""
        self._closed = True
        if self._current is not None:
            await self._replace(self._current)

    async def _answer(self, function: Callable[..., T], args: tuple[Any, ...], deadline_s: float) -> bytes | None:
        for _ in range(REPLACEMENTS):
            try:
                return await self._attempt(function, args, deadline_s)
            except _ReplacedError:
                continue
        raise Wait(f"the worker pool broke {REPLACEMENTS} times in a row")

    async def _attempt(self, function: Callable[..., T], args: tuple[Any, ...], deadline_s: float) -> bytes | None:
        """One try. None when the process was lost, for a reason that need not be this task's."""
        processes = await self._started()
        task = (function, args, deadline_s, self._memory_bytes)
        try:
            # Pebble's own timeout is the second line: for a process that does not hear its alarm, being stopped.
            future = processes.pool.schedule(child.attempt, task, timeout=deadline_s + self._grace_s)
        except RuntimeError as error:  # Pebble's word for a pool that broke
            await self._replace(processes)
            raise _ReplacedError from error
        answer = asyncio.wrap_future(future)
        processes.answers.add(answer)
        try:
            done, _ = await asyncio.wait((answer,), timeout=STUCK_S + self._ahead * (deadline_s + self._grace_s))
            if not done:
                await self._replace(processes)
            if answer.cancelled() or not done:
                raise _ReplacedError
            return answer.result()
        except ProcessExpired as expired:
            if expired.exitcode in (SERVER_LOST, child.RETIRED):
                metrics.worker_lost("retired" if expired.exitcode == child.RETIRED else "lost")
                return None
            ended = _ended(expired.exitcode, deadline_s)
            metrics.worker_lost(ended.reason)
            raise ended from None
        except BrokenProcessPool as error:
            await self._replace(processes)
            raise _ReplacedError from error
        except TimeoutError:
            metrics.worker_lost("lost")
            return None
        finally:
            processes.answers.discard(answer)
            answer.cancel()

    async def _started(self) -> _Processes:
        async with self._starting:
            if self._closed:
                raise Wait("the worker pool is closed")
            if self._current is None:
                self._current = await asyncio.to_thread(self._start)
            return self._current

    def _start(self) -> _Processes:
        multiprocessing.set_forkserver_preload(self._preload)
        context = _Context()
        pool = ProcessPool(self.processes, self._max_tasks, child.start, [self._prepare], context=context)
        try:
            pool.schedule(int)  # Pebble starts its processes with the first task
        except (RuntimeError, OSError) as error:
            raise Wait(f"no worker process can be started: {error}") from error
        return _Processes(context, pool)

    async def _replace(self, processes: _Processes) -> None:
        async with self._starting:
            if self._current is not processes:
                return
            self._current = None
            if not self._closed:
                log.warning("pool.replaced", tasks=len(processes.answers))
                metrics.worker_lost("pool-replaced")
            for answer in processes.answers:
                answer.cancel()
            await asyncio.to_thread(processes.end)


def _ended(exitcode: int, deadline_s: float) -> Reject:
    if exitcode == -signal.SIGALRM:
        return Reject("too-slow", f"not done within {deadline_s:g} s (NEWSWIRE_EXTRACT__DEADLINE_S raises it)")
    how = f"killed by {signal.Signals(-exitcode).name}" if exitcode < 0 else f"exit code {exitcode}"
    return Reject("crashed", f"its process died: {how}")
