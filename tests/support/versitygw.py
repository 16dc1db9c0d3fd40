"""A real S3-compatible server over a folder: versitygw.

``go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`` builds it in some minutes. NEWSWIRE_TEST_VERSITYGW
names one that is not on the path. It needs a file system with extended attributes: with its sidecar folder instead,
conditional writes at the same time overwrite each other (version 1.8.0).
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from newswire.adapters.archive.files import Files, open_files
from newswire.adapters.archive.folder import FolderFiles
from newswire.settings.archive import ArchiveSettings
from support.kafka import free_ports
from support.required import missing

BUCKET = "newswire-pages"
_KEY, _SECRET = "tester", "only-for-tests"
_START_S = 15.0


@contextmanager
def versitygw(folder: Path) -> Iterator[ArchiveSettings]:
    """The server with one bucket, whose objects are plain files below ``folder``; gives settings that lead to it."""
    program = os.environ.get("NEWSWIRE_TEST_VERSITYGW") or shutil.which("versitygw")
    if program is None:
        missing("versitygw", "'go install github.com/versity/versitygw/cmd/versitygw@v1.8.0' builds it")
    root, log = folder / "objects", folder / "versitygw.log"
    (root / BUCKET).mkdir(parents=True)
    (port,) = free_ports(1)
    where = ["--access", _KEY, "--secret", _SECRET, "--port", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        server = subprocess.Popen([program, *where, "posix", str(root)], stdout=output, stderr=output)
        try:
            _answering(server, port, log)
            yield ArchiveSettings(
                url=f"s3://{BUCKET}/pages",
                s3_endpoint=f"http://127.0.0.1:{port}",
                s3_access_key_id=_KEY,
                s3_secret_access_key=_SECRET,
            )
        finally:
            server.kill()
            server.wait(10)


@contextmanager
def files_of(kind: str, folder: Path) -> Iterator[Callable[[], Files]]:
    """Opens the archive's store of files anew, as each process has its own: a ``folder`` or a ``bucket``.

    The files lie in ``folder``, whichever it is.
    """
    if kind == "folder":
        yield lambda: FolderFiles(folder)
        return
    with versitygw(folder) as settings:
        yield lambda: open_files(settings)


def _answering(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"versitygw does not answer: {log.read_text()}")
