"""The real command line as processes (see `support.forked`): run to its end, or running while a test watches.

And within the tests' own process, where starting one for each of many small commands would take most of the time.
"""

import json
import os
import pty
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newswire.cli import main
from newswire.settings import Settings, load
from support import forked
from support.forked import Forked
from support.log_state import kept_logging
from support.waiting import PATIENCE_S

NEWSWIRE = (sys.executable, "-m", "newswire")
ON_LOOPBACK = {
    "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
    "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
    "NEWSWIRE_FETCH__OBEY_ROBOTS": "false",
    **dict.fromkeys(("NEWSWIRE_POLL__MIN_INTERVAL_S", "NEWSWIRE_POLL__MAX_INTERVAL_S"), "0.01"),
    "NEWSWIRE_EXTRACT__PROCESSES": "1",
}
"""For servers on this machine, without politeness; a feed is due again at once."""
_TELLING = ("PYTHONUNBUFFERED", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
"""What would make output another than a shell's user gets."""


@dataclass(frozen=True)
class Done:
    """What a finished command left behind."""

    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def value(self) -> dict[str, Any]:
        """Its output as one JSON object."""
        return json.loads(self.out)


@dataclass
class Running:
    """A command at work."""

    process: Forked | subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    """What it wrote to stdout, as far as it was looked at."""

    def __post_init__(self) -> None:
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def line(self, wanted: Callable[[str], bool] = bool) -> str:
        """The next line on stdout that is ``wanted``; fails when the command ends, or is silent for too long."""
        while True:
            line = self._queue.get(timeout=PATIENCE_S)
            assert line is not None, f"it ended without that line; it wrote {self.lines}"
            self.lines.append(line)
            if wanted(line):
                return line

    def event(self, name: str) -> dict[str, Any]:
        """The next log line of that event."""
        return json.loads(self.line(lambda line: json.loads(line)["event"] == name))

    def end(self, number: signal.Signals | None = None) -> int:
        """Send a signal, if any; the exit code, once it has ended and its output is read."""
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        while (line := self._queue.get(timeout=PATIENCE_S)) is not None:
            self.lines.append(line)
        return code


@dataclass(frozen=True)
class CommandLine:
    """``newswire`` with a data folder of its own."""

    folder: Path
    more: tuple[tuple[str, str], ...] = ()

    def having(self, **settings: str) -> "CommandLine":
        """The same with more settings, named without their prefix."""
        return CommandLine(self.folder, (*self.more, *((f"NEWSWIRE_{name}", text) for name, text in settings.items())))

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: text for name, text in os.environ.items() if name not in _TELLING}
        return {**inherited, **ON_LOOPBACK, "NEWSWIRE_DATA_DIR": str(self.folder), **dict(self.more)}

    @property
    def settings(self) -> Settings:
        return load(self.environment)

    def __call__(self, *arguments: str, code: int = 0, stdin: str = "") -> Done:
        """Run to the end, which must be with ``code``."""
        done = forked.run("newswire", arguments, self.environment, stdin=stdin, timeout_s=PATIENCE_S)
        assert done.returncode == code, f"{arguments} exited with {done.returncode}: {done.stdout} {done.stderr}"
        return Done(done.stdout, done.stderr)

    def on_terminal(self, *arguments: str) -> str:
        """Run to the end, which must be good, on a terminal of its own; what it showed there, stdout and stderr."""
        ours, theirs = pty.openpty()
        environment = {**self.environment, "TERM": "xterm-256color"}
        with subprocess.Popen([*NEWSWIRE, *arguments], env=environment, stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            try:
                with suppress(OSError):  # EIO says on Linux that the other end was closed
                    while select.select([ours], [], [], PATIENCE_S)[0] and (part := os.read(ours, 4096)):
                        shown += part
                assert process.wait(PATIENCE_S) == 0, shown
            finally:
                process.kill()
                os.close(ours)
        return shown.decode()

    @contextmanager
    def started(self, *arguments: str) -> Iterator[Running]:
        """Start and go on; whatever still runs at the end is killed."""
        with forked.start("newswire", arguments, self.environment, stdout=subprocess.PIPE) as process:
            try:
                yield Running(process)
            finally:
                process.kill()


@dataclass(frozen=True)
class Inside:
    """A command line's short commands, called in this process: stdout, stderr and exit code are what a shell sees."""

    newswire: CommandLine
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, code: int = 0) -> Done:
        """Run to the end, which must be with ``code``."""
        ended_with, done = self.ended(*arguments)
        assert ended_with == code, f"{arguments} exited with {ended_with}: {done.out} {done.err}"
        return done

    def ended(self, *arguments: str) -> tuple[object, Done]:
        """Run to the end; the exit code, and what was left behind."""
        with kept_logging(), self.monkeypatch.context() as patched:
            for name, value in self.newswire.environment.items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["newswire", *arguments])
            try:
                main()
            except SystemExit as ended:
                code = ended.code or 0
            else:
                code = 0
        return code, Done(*self.capsys.readouterr())
