"""The code inside a worker process: its limits, and one task at a time under them.

The deadline is the worker's own alarm clock: SIGALRM with its default action, by which the kernel
ends the process whatever C code it hangs in. The parent needs no timer of its own, and can never
shoot at a worker that has moved on to the next task.
"""

import fcntl
import os
import pickle
import resource
import select
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Final

from newswire.errors import NewswireError, Reject

RETIRED: Final = 77
"""The exit code of a worker that handed its task back because it has no clean memory left."""

MESSAGE_CHARS: Final = 1000

_tasks = count()


def start(prepare: Callable[[], None] | None = None) -> None:
    """Set up a new worker process. Signals meant for the whole service are the parent's to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _die_with_parent()
    if prepare is not None:
        prepare()


def attempt(function: Callable[..., Any], args: tuple[Any, ...], deadline_s: float, memory_bytes: int) -> bytes:
    """Run ``function(*args)`` within the limits. Returns a pickled (result, error) pair, one of them None.

    A process that already has more than half of ``memory_bytes`` before a task, other than its first, ends instead with
    exit code `RETIRED`: the task then has a new process.

    Pickled here because an answer that the parent cannot read would break its whole pool. The error
    is a `NewswireError` always: as raised, or a `Reject` that says what went wrong instead.
    """
    if next(_tasks) > 0 and _private_bytes() > memory_bytes // 2:
        os._exit(RETIRED)  # what earlier tasks leaked is not this one's fault
    try:
        with _limits(deadline_s, memory_bytes):
            return pickle.dumps((function(*args), None))
    except NewswireError as error:
        return pickle.dumps((None, error))
    except BaseException as error:  # noqa: BLE001  # SystemExit and KeyboardInterrupt of a page's parser, too
        return pickle.dumps((None, _reject(error)))


def _reject(error: BaseException) -> Reject:
    if _ran_out_of_memory(error):
        return Reject(
            "too-big", "it needed more memory than a worker process may use (NEWSWIRE_EXTRACT__MEMORY_MB raises it)"
        )
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Reject("extraction-error", f"{error!r:.{MESSAGE_CHARS}}{where}")


def _ran_out_of_memory(error: BaseException | None) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, MemoryError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _private_bytes() -> int:
    """The bytes that RLIMIT_DATA counts of this process (proc_pid_statm(5), data); 0 where /proc cannot be read."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[5]
    except (OSError, IndexError):
        return 0
    return int(pages) * resource.getpagesize()


@contextmanager
def _limits(deadline_s: float, memory_bytes: int) -> Iterator[None]:
    """The alarm and the memory limit, on for the function only: never while the pool's own pipe is in use.

    RLIMIT_DATA counts private writable memory: heap and anonymous mappings, touched or not (getrlimit(2), Linux 4.7
    and later; other systems count the heap alone). RLIMIT_AS, the address space, would count shared libraries, files
    mapped to be read, and addresses that are merely reserved as well.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, hard))
    signal.setitimer(signal.ITIMER_REAL, deadline_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _die_with_parent() -> None:
    """Have the kernel kill this process when the one that started the pool is gone.

    PR_SET_PDEATHSIG would not do: under forkserver the parent is the server, which lives on as long as
    any worker does. Instead the kernel is asked to send SIGKILL when the pipe that multiprocessing
    keeps open to the starting process is closed (fcntl(2), F_SETSIG; Linux only). Elsewhere an orphan
    ends at its deadline, or when it asks for its next task.
    """
    parent = parent_process()
    if parent is None or not hasattr(fcntl, "F_SETSIG"):
        return
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([parent.sentinel], [], [], 0)[0]:
        os._exit(1)  # it ended before the kernel was asked
