"""Processes that run a module as ``python -m`` does, and start without its imports: forks of `support.fork_server`.

To import what newswire needs takes a second of CPU time, and the tests start hundreds of processes. These are real
ones, with their own environment, streams, signals and exit codes. Documents, docker-compose.yml and the tests on a
terminal start interpreters of their own, so that what an import needs is tested too.
"""

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from support.fork_server import LARGEST

TESTS = Path(__file__).parents[1]


class Forked:
    """A process at work, with what tests use of `subprocess.Popen`."""

    def __init__(self, status: socket.socket, stdout: IO[str] | None = None) -> None:
        self._status = status
        self._told = status.makefile("r")
        self.pid = int(self._told.readline())
        self.stdout = stdout
        self.returncode: int | None = None
        """The exit code, or the signal's number below zero; None while it runs."""

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises `subprocess.TimeoutExpired`."""
        if (code := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired(f"pid {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Nothing happens to one that has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            self.returncode = int(self._told.readline())
            self._told.close()
            self._status.close()
        return self.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.stdout is not None:
            self.stdout.close()
        self.wait()


def start(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdin: int | IO = subprocess.DEVNULL,
    stdout: int | IO = subprocess.DEVNULL,
    stderr: int | IO = subprocess.DEVNULL,
) -> Forked:
    """Start ``python -m module arguments`` in a session of its own.

    The streams are as `subprocess.Popen` takes them; stdout alone may be a pipe.
    """
    ours, theirs = socket.socketpair()
    with _descriptors(stdin, stdout, stderr) as (descriptors, reading), theirs:
        asked = {
            "module": module,
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(Path.cwd()),
        }
        packet = json.dumps(asked).encode()
        assert len(packet) < LARGEST
        socket.send_fds(_server(), [packet], [*descriptors, theirs.fileno()])
    return Forked(ours, reading)


def run(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], *, stdin: str = "", timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m module arguments`` to its end. One that takes longer than ``timeout_s`` is killed."""
    new_file = functools.partial(tempfile.TemporaryFile, "w+")
    with new_file() as given, new_file() as out, new_file() as err:
        given.write(stdin)
        given.seek(0)
        process = start(module, arguments, environment, stdin=given, stdout=out, stderr=err)
        try:
            code = process.wait(timeout_s)
        except BaseException:
            process.kill()
            process.wait()
            raise
        for written in (out, err):
            written.seek(0)
        return subprocess.CompletedProcess([module, *arguments], code, out.read(), err.read())


@contextmanager
def _descriptors(*streams: int | IO) -> Iterator[tuple[list[int], IO[str] | None]]:
    """The streams' descriptors, and what is read from the one that is a pipe."""
    opened: list[int] = []
    found: list[int] = []
    reading: IO[str] | None = None
    try:
        for stream in streams:
            if stream == subprocess.DEVNULL:
                opened.append(os.open(os.devnull, os.O_RDWR))
                found.append(opened[-1])
            elif stream == subprocess.PIPE:
                end, written = os.pipe()
                opened.append(written)
                found.append(written)
                reading = os.fdopen(end)
            elif stream == subprocess.STDOUT:
                found.append(found[-1])
            else:
                found.append(stream if isinstance(stream, int) else stream.fileno())
        yield found, reading
    finally:
        for descriptor in opened:
            os.close(descriptor)


@functools.cache
def _server() -> socket.socket:
    """The server of this process, which lives as long."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("NEWSWIRE_")}
        server = subprocess.Popen(
            [sys.executable, "-m", "support.fork_server", str(theirs.fileno())],
            env={**environment, "PYTHONPATH": str(TESTS)},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours
