import asyncio
import logging
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from newswire.errors import InvalidRecord, Reject, Retry, Wait
from newswire.log import configure_worker
from newswire.runtime.cpus import usable_cpus
from newswire.runtime.pool import Pool
from newswire.settings import LogSettings
from support import tasks
from support.metrics import Moved
from support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.usefixtures("own_fork_server")

MEMORY = 300_000_000


TESTS = Path(__file__).parents[1]


@pytest.fixture
async def pool():
    pool = Pool(2, memory_bytes=MEMORY, preload=["support.tasks"], grace_s=0.5)
    yield pool
    await pool.close()


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


async def rejected(awaitable):
    with pytest.raises(Reject) as caught:
        await awaitable
    return caught.value.reason


async def test_a_function_runs_in_another_process_and_its_value_comes_back(pool):
    assert await pool.run(tasks.measure, b"x" * 200_000, deadline_s=PATIENCE_S) == 200_000
    assert await pool.run(tasks.pid, deadline_s=PATIENCE_S) != os.getpid()


@pytest.mark.parametrize("function", [tasks.spin, tasks.hang_in_c])
async def test_a_task_that_hangs_ends_at_its_deadline_and_its_neighbour_does_not_notice(pool, function):
    await pool.run(tasks.pid, deadline_s=PATIENCE_S)
    hanging = asyncio.ensure_future(rejected(pool.run(function, deadline_s=0.5)))
    neighbour = asyncio.ensure_future(pool.run(tasks.nap, 1.0, deadline_s=PATIENCE_S))
    async with asyncio.timeout(PATIENCE_S):
        assert await hanging == "too-slow"
    pid = await neighbour
    assert alive(pid), "the neighbour's process was ended too"


async def test_the_deadline_does_not_count_the_wait_for_a_free_process(pool):
    busy = [asyncio.ensure_future(pool.run(tasks.nap, 2.6, deadline_s=PATIENCE_S)) for _ in range(4)]
    assert await pool.run(tasks.measure, b"", deadline_s=5) == 0  # it waits for longer
    await asyncio.gather(*busy)


@pytest.mark.parametrize("function", [tasks.eat_memory, tasks.eat_memory_and_hide_it])
async def test_a_task_that_eats_memory_is_too_big_and_the_pool_lives_on(pool, function):
    assert await rejected(pool.run(function, deadline_s=PATIENCE_S)) == "too-big"
    assert await pool.run(tasks.measure, b"abc", deadline_s=PATIENCE_S) == 3


async def test_the_memory_limit_counts_private_writable_memory_and_no_other_address_space(pool):
    assert await pool.run(tasks.reserve, 2 * MEMORY, deadline_s=10) == 4 * MEMORY
    assert await rejected(pool.run(tasks.map_privately, MEMORY, deadline_s=10)) == "too-big"
    assert await pool.run(tasks.map_privately, MEMORY // 10, deadline_s=10) == MEMORY // 10


async def test_every_process_is_prepared_once_before_its_first_task():
    pool = Pool(1, max_tasks=2, preload=["support.tasks"], prepare=partial(tasks.prepare, "settings"))
    try:
        seen = [await pool.run(tasks.prepared, deadline_s=10) for _ in range(4)]
    finally:
        await pool.close()
    assert all(calls == [(pid, "settings")] for calls, pid in seen)
    assert len({pid for _, pid in seen}) > 1


async def test_libraries_in_a_worker_process_log_by_the_level_that_is_set_for_them():
    for level, effective in (("warning", logging.WARNING), ("debug", logging.DEBUG)):
        settings = LogSettings(level="debug", libraries_level=level)
        pool = Pool(1, preload=["support.tasks"], prepare=partial(configure_worker, settings))
        try:
            lxml, noisy = await pool.run(tasks.library_levels, "lxml", "trafilatura.core", deadline_s=10)
        finally:
            await pool.close()
        assert lxml == effective
        assert noisy == (logging.CRITICAL if level == "warning" else logging.DEBUG)


async def test_the_limits_hold_while_a_task_runs_and_not_beyond(pool):
    (soft, _), alarmed = await pool.run(tasks.limits, deadline_s=PATIENCE_S)
    assert soft == MEMORY
    assert alarmed
    # Seen from inside another task: the limits of the task before are put back, its alarm is off.
    assert await pool.run(tasks.limits_after_a_task, deadline_s=PATIENCE_S) == (MEMORY, 0)


async def test_what_a_task_leaked_is_not_blamed_on_the_next_one():
    pool = Pool(1, memory_bytes=MEMORY, preload=["support.tasks"])
    try:
        first = await pool.run(tasks.leak, 200_000_000, deadline_s=PATIENCE_S)
        second = await pool.run(tasks.leak, 200_000_000, deadline_s=PATIENCE_S)
        assert first != second
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("function", "args", "message"), [(tasks.crash, (), "SIGSEGV"), (tasks.leave, (7,), "exit code 7")]
)
async def test_a_task_whose_process_dies_is_crashed_and_the_pool_lives_on(pool, function, args, message):
    with pytest.raises(Reject, match=message) as caught:
        await pool.run(function, *args, deadline_s=PATIENCE_S)
    assert caught.value.reason == "crashed"
    assert await pool.run(tasks.measure, b"abc", deadline_s=PATIENCE_S) == 3


async def test_lost_processes_are_counted_by_why_and_those_that_are_closed_are_not_lost(pool):
    moved = Moved()
    assert await rejected(pool.run(tasks.spin, deadline_s=0.2)) == "too-slow"
    assert await rejected(pool.run(os._exit, 3, deadline_s=PATIENCE_S)) == "crashed"
    await pool.run(tasks.leak, MEMORY * 2 // 3, deadline_s=PATIENCE_S)
    await pool.run(tasks.leak, MEMORY * 2 // 3, deadline_s=PATIENCE_S)
    await asyncio.gather(*(pool.run(tasks.measure, b"", deadline_s=PATIENCE_S) for _ in range(4)))
    await pool.close()
    lost = "newswire_workers_lost_total"
    assert (moved.by(lost, "too-slow"), moved.by(lost, "crashed")) == (1, 1)
    assert moved.by(lost, "retired") >= 1
    assert (moved.by(lost, "lost"), moved.by(lost, "pool-replaced")) == (0, 0)


async def test_a_storm_of_crashes_touches_no_other_task(pool):
    async def crash():
        return await rejected(pool.run(tasks.leave, 7, deadline_s=PATIENCE_S))

    async def work():
        return await pool.run(tasks.measure, b"abc", deadline_s=PATIENCE_S)

    results = await asyncio.gather(*(crash() if number % 3 == 0 else work() for number in range(45)))
    assert results == [("crashed" if number % 3 == 0 else 3) for number in range(45)]


async def test_a_process_lost_for_a_foreign_reason_costs_its_task_another_try_only(pool, tmp_path):
    assert await pool.run(tasks.stop_own_process_once, str(tmp_path / "once"), deadline_s=3) == "second try"


async def test_a_task_that_loses_every_process_is_crashed_in_the_end(pool):
    assert await rejected(pool.run(tasks.leave, 255, deadline_s=PATIENCE_S)) == "crashed"


async def test_killing_idle_processes_does_not_break_the_pool(pool):
    before = await pool.run(tasks.pid, deadline_s=PATIENCE_S)
    for pid in pool.rss():
        os.kill(pid, signal.SIGKILL)
    # What Pebble does when processes die that had nothing to do; the next task gets new ones.
    await eventually(lambda: not pool._current.pool.active, what="Pebble's giving up")
    after = await asyncio.gather(*(pool.run(tasks.pid, deadline_s=PATIENCE_S) for _ in range(8)))
    assert before not in after


async def test_a_running_task_is_ended_when_its_caller_gives_up(pool, tmp_path):
    note = tmp_path / "pids"
    running = asyncio.ensure_future(pool.run(tasks.spin, str(note), deadline_s=600))
    await eventually(lambda: note.exists() and note.read_text().endswith("\n"), what="the start")
    running.cancel()
    await eventually(lambda: not alive(int(note.read_text())), what="the end of the process")
    assert await pool.run(tasks.measure, b"abc", deadline_s=PATIENCE_S) == 3


async def test_errors_made_on_purpose_come_through_as_they_were(pool):
    with pytest.raises(Retry) as retry:
        await pool.run(tasks.fail, "retry", deadline_s=PATIENCE_S)
    assert (retry.value.reason, retry.value.retry_after_s, str(retry.value)) == ("timeout", 7.5, "took too long")
    with pytest.raises(Reject) as reject:
        await pool.run(tasks.fail, "reject", deadline_s=PATIENCE_S)
    assert (reject.value.reason, str(reject.value)) == ("not-an-article", "a video")
    with pytest.raises(InvalidRecord, match="no JSON"):
        await pool.run(tasks.fail, "invalid", deadline_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("function", "args", "message"),
    [
        (tasks.fail, ("value",), r"ValueError\('a bug in a library'\) at tasks.py:\d+"),
        (tasks.fail, ("unreadable",), "UnreadableError"),
        (tasks.quit_python, (), "SystemExit"),
        (tasks.give_unpicklable, (), "pickle|local object"),
    ],
)
async def test_any_other_error_is_an_extraction_error_that_quotes_it(pool, function, args, message):
    with pytest.raises(Reject, match=message) as caught:
        await pool.run(function, *args, deadline_s=PATIENCE_S)
    assert caught.value.reason == "extraction-error"
    assert await pool.run(tasks.measure, b"abc", deadline_s=PATIENCE_S) == 3


def test_every_error_survives_pickling_with_what_it_knows():
    error = pickle.loads(pickle.dumps(Retry("http-503", "busy", retry_after_s=3)))
    assert (type(error), str(error), error.reason, error.retry_after_s) == (Retry, "busy", "http-503", 3)
    error = pickle.loads(pickle.dumps(InvalidRecord("no JSON")))
    assert (type(error), str(error), error.reason) == (InvalidRecord, "no JSON", "invalid-record")


async def test_a_process_is_replaced_after_its_share_of_tasks():
    pool = Pool(1, max_tasks=3, preload=["support.tasks"])
    try:
        pids = [await pool.run(tasks.pid, deadline_s=PATIENCE_S) for _ in range(9)]
    finally:
        await pool.close()
    # The first task of all is the pool's own.
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [2, 3, 3, 1]


async def test_both_processes_work_at_once(pool):
    await pool.run(tasks.pid, deadline_s=PATIENCE_S)
    pids = await asyncio.gather(*(pool.run(tasks.nap, 0.6, deadline_s=PATIENCE_S) for _ in range(4)))
    assert len(set(pids)) == 2


async def test_the_memory_of_each_process_is_known(pool):
    assert pool.rss() == {}
    pid = await pool.run(tasks.pid, deadline_s=PATIENCE_S)
    rss = pool.rss()
    assert pid in rss
    assert len(rss) == 2
    assert all(1_000_000 < size < MEMORY for size in rss.values())


async def test_closing_ends_running_tasks_with_wait_and_leaves_no_process(pool, tmp_path):
    note = tmp_path / "pids"
    tasks_running = [asyncio.ensure_future(pool.run(tasks.spin, str(note), deadline_s=600)) for _ in range(6)]
    await eventually(lambda: note.exists() and len(note.read_text().split()) == 2, what="both processes at work")
    pids = [int(pid) for pid in note.read_text().split()]
    async with asyncio.timeout(PATIENCE_S):  # the tasks have ten minutes
        await pool.close()
    assert not any(alive(pid) for pid in pids)
    for outcome in await asyncio.gather(*tasks_running, return_exceptions=True):
        assert isinstance(outcome, Wait)
    with pytest.raises(Wait, match="closed"):
        await pool.run(tasks.pid, deadline_s=1)
    await pool.close()


async def test_the_service_decides_about_signals_not_its_workers(pool):
    running = asyncio.ensure_future(pool.run(tasks.nap, 0.5, deadline_s=PATIENCE_S))
    await eventually(lambda: len(pool.rss()) == 2, what="both processes")
    await pool.run(tasks.pid, deadline_s=PATIENCE_S)
    for pid in pool.rss():
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGINT)
    assert await running in pool.rss()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's F_SETSIG is Linux only")
async def test_kill_9_of_the_service_leaves_no_process_behind(tmp_path):
    note = tmp_path / "pids"
    script = tmp_path / "service.py"
    script.write_text(
        "import asyncio, sys\n"
        "from newswire.runtime.pool import Pool\n"
        "from support import tasks\n"
        "async def main():\n"
        "    pool = Pool(2)\n"
        "    await asyncio.gather(*(pool.run(tasks.spin, sys.argv[1], deadline_s=600) for _ in range(2)))\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    service = subprocess.Popen(  # starting it takes no time to speak of
        [sys.executable, script, note],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        stderr=subprocess.DEVNULL,
    )
    try:
        await eventually(lambda: note.exists() and len(note.read_text().split()) == 2, what="both processes at work")
        pids = [int(pid) for pid in note.read_text().split()]
        assert all(alive(pid) for pid in pids)
    finally:
        service.kill()
        service.wait()
    await eventually(lambda: not any(alive(pid) for pid in pids), what="the end of the orphans")


@pytest.mark.parametrize(
    ("membership", "files", "expected"),
    [
        ("0::/", {"cpu.max": "max 100000"}, None),
        ("0::/", {"cpu.max": "100000 100000"}, 1),
        ("0::/", {"cpu.max": "50000 100000"}, 1),
        ("0::/pod/box", {"pod/cpu.max": "100000 100000", "pod/box/cpu.max": "max 100000"}, 1),
        (
            "1:cpu,cpuacct:/x",
            {"cpu,cpuacct/x/cpu.cfs_quota_us": "100000", "cpu,cpuacct/x/cpu.cfs_period_us": "100000"},
            1,
        ),
        ("1:cpu:/", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ("", {}, None),
    ],
)
def test_the_quota_of_the_container_and_of_those_around_it_counts(tmp_path, membership, files, expected):
    for name, text in files.items():
        path = tmp_path / "fs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    (tmp_path / "cgroup").write_text(membership + "\n" if membership else "")
    found = usable_cpus(cgroups=tmp_path / "fs", membership=tmp_path / "cgroup")
    unlimited = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else multiprocessing.cpu_count()
    assert found == (expected or unlimited)
