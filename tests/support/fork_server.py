"""A process that has imported newswire and forks itself for each command: ``python -m support.fork_server FD``.

See `support.forked`, which starts it. ``FD`` is a socket of packets. A packet is a JSON object (``module``,
``arguments``, ``environment``, ``folder``) and four descriptors: the new process's stdin, stdout and stderr, and a
socket that is told its pid, then its exit code. This process has no threads. It ends when the other end of ``FD`` is
closed, and kills the processes that still run.
"""

import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import forkserver, util
from pathlib import Path

from newswire.cli.commands import COMMANDS

LARGEST = 1 << 18
"""Bytes of a packet."""
PRELOADED = (
    *(f"newswire.cli.{module}" for module in dict.fromkeys(COMMANDS.values())),
    "newswire.adapters.bus_kafka",
    "newswire.adapters.http",
    "newswire.serve.api",
    "alembic.command",
    "alembic.config",
    "alembic.runtime.migration",
    "newswire.parsing.preload",
)


def serve(control: socket.socket) -> dict | None:
    """Fork for each packet. Returns what to run in each child; in the server None, when there is nobody to serve."""
    told: dict[int, socket.socket] = {}
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(reading, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is reading:
                    reading.recv(4096)
                    _tell_ended(told)
                    continue
                packet, descriptors, _, _ = socket.recv_fds(control, LARGEST, 4)
                if not packet:
                    for pid in told:
                        os.kill(pid, signal.SIGKILL)
                    return None
                pid = os.fork()
                if pid == 0:
                    selector.close()
                    _become(descriptors, [control, reading, writing, *told.values()])
                    return json.loads(packet)
                for descriptor in descriptors[:3]:
                    os.close(descriptor)
                told[pid] = socket.socket(fileno=descriptors[3])
                told[pid].sendall(b"%d\n" % pid)


def _tell_ended(told: dict[int, socket.socket]) -> None:
    while told:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with told.pop(pid) as ended, suppress(OSError):  # nobody may be left who wants to know
            ended.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(descriptors: list[int], inherited: list[socket.socket]) -> None:
    """What a process has from its start: its own session and streams, no other open file, and signals as at a prompt.

    A shell without job control has what it starts with ``&`` ignore SIGINT (POSIX.1-2017, XCU 2.11), what is started
    from there inherits that, and Python leaves it so: a process of tests that were started so would be deaf to Ctrl-C.
    """
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in inherited:
        each.detach()
    for stream, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, stream)
    _close_files(kept=())


def _close_files(kept: Iterable[int]) -> None:
    """Close every open file but the streams and ``kept``."""
    for descriptor in {int(each.name) for each in Path("/dev/fd").iterdir()} - {0, 1, 2, *kept}:
        with suppress(OSError):  # the one that listed them is closed already
            os.close(descriptor)


def _fork_for_workers() -> None:
    """Fork what multiprocessing forks worker processes from, which would be an interpreter that imports for a second.

    If this fork dies, multiprocessing starts such an interpreter.
    """
    spawn = util.spawnv_passfds
    util.spawnv_passfds = _spawned
    try:
        forkserver.ensure_running()
    finally:
        util.spawnv_passfds = spawn


def _spawned(_: str, arguments: Sequence[str], kept: Sequence[int]) -> int:
    """Run what an interpreter is told by ``-c``, the last argument, in a fork; its pid. See `util.spawnv_passfds`."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        _close_files(kept)
        exec(arguments[-1], {})
    except SystemExit:
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    """Serve, or in a child: run the module that is asked for, to the natural end of an interpreter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests; they end, and so does this
    for module in PRELOADED:
        import_module(module)
    gc.freeze()
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is None:
        return
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv[:] = ["-m", *asked["arguments"]]
    if asked["module"] == "newswire":
        _fork_for_workers()
    runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
