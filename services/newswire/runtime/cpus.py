"""How much of the machine is ours: processors by affinity and cgroup quota, memory of a process."""

import os
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


def usable_cpus(*, cgroups: Path = _CGROUPS, membership: Path = _MEMBERSHIP) -> int:
    """Whole processors this process may use, at least 1.

    The smaller of its CPU affinity and the quota of its cgroup or any ancestor, rounded down: one
    process more than the quota only makes all of them be throttled. Reads cgroup v2 (``cpu.max``) and
    v1 (``cpu.cfs_quota_us``); see https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = [quota for folder in _folders(cgroups, membership) if (quota := _quota(folder)) is not None]
    return max(1, int(min([affinity, *quotas])))


def rss_bytes(pid: int) -> int:
    """Resident memory of a process, pages shared with others included; 0 when it is gone or cannot be read."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _folders(cgroups: Path, membership: Path) -> list[Path]:
    """The folders that may limit us: of our cgroup in each hierarchy that manages CPU, and of its ancestors."""
    folders: list[Path] = []
    for line in _read(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            roots = [cgroups, cgroups / "unified"]
        elif "cpu" in controllers.split(","):
            roots = [cgroups / controllers, cgroups / "cpu"]
        else:
            continue
        parts = [part for part in path.split("/") if part not in ("", "..")]
        folders += [root.joinpath(*parts[:depth]) for root in roots for depth in range(len(parts) + 1)]
    return folders


def _quota(folder: Path) -> float | None:
    if v2 := _read(folder / "cpu.max").split():
        quota, period = v2[0], v2[1]
    else:
        quota, period = _read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us")
    try:
        return int(quota) / int(period) if int(quota) > 0 else None
    except (ValueError, ZeroDivisionError):
        return None  # "max", or no such file


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
