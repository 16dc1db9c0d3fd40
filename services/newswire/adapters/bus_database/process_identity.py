"""Which process this is, so that another one on the same machine can tell that it is dead.

A member of a group that was killed leaves its leases behind until they run out. A process that shares the kernel and
the process namespace with it need not wait: it can look whether the member still runs. The identity names

* the boot and the pid namespace, because a pid means something only within one of these, and
* the pid and the moment that process started, because pids are used again.

Only Linux gives all four (proc(5)); elsewhere, and between containers, `current` is unknown or foreign
and nothing is said: the lease runs out. A wrong answer could cost a redelivery, never a record, because
commits check the lease's epoch (see leases.py).
"""

import os
from functools import lru_cache
from pathlib import Path


def current() -> str | None:
    """This process as ``boot/namespace/pid/start``, or None where that cannot be known."""
    place, pid = _place(), os.getpid()
    started = _started(pid)
    return None if place is None or started is None else f"{place}/{pid}/{started}"


def is_gone(identity: str | None) -> bool:
    """Whether that process has certainly ended. False when it lives, or when it cannot be seen from here."""
    if identity is None:
        return False
    place, pid, started = identity.rsplit("/", 2)
    if place != _place():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives under another user, or its pid does
    now = _started(int(pid))
    return now is not None and now != started


@lru_cache(maxsize=1)
def _place() -> str | None:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return None


def _started(pid: int) -> str | None:
    """The start time in clock ticks since boot, ``"ended"`` for a zombie, None when it cannot be read."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything, brackets included
    return "ended" if fields[0] in "ZX" else fields[19]
