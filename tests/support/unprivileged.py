"""Another user for a server that refuses to run as root: `nobody`, with files that this user can reach.

Tests often run as root (in containers, on CI), and then below a folder that only root may enter. Where the tests
do not run as root, the server runs as their own user and nothing is copied.
"""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

USER: Final = "nobody"
_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def needed() -> bool:
    """Whether the tests run as root."""
    return os.geteuid() == 0


def missing() -> str | None:
    """The user's name, where it is needed and this system does not have it."""
    try:
        process()
    except LookupError:
        return USER
    return None


def process() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` for the user and the environment. Raises LookupError without such a user."""
    if not needed():
        return {"env": _ENVIRONMENT, "cwd": "/"}
    import pwd  # noqa: PLC0415  # not on every platform

    group = pwd.getpwnam(USER).pw_gid
    return {"env": _ENVIRONMENT, "cwd": "/", "user": USER, "group": group, "extra_groups": []}


def can_run(program: Path) -> bool:
    """Whether the user may execute this file, or enter this folder."""
    return subprocess.run(["sh", "-c", 'test -x "$0"', str(program)], check=False, **process()).returncode == 0


def new_folder(prefix: str, parents: Iterable[str] | None = None) -> Path:
    """A temporary folder that the user can enter. The caller removes it.

    TMPDIR may name a folder that only root may enter, so the system's own temporary folders are tried after it.
    Raises OSError where the user can enter none of ``parents``.
    """
    for parent in parents or (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        if needed():
            folder.chmod(0o755)
        if can_run(folder):
            return folder
        folder.rmdir()
    raise OSError(f"the user {USER} can enter no temporary folder")


def new_owned_folder(path: Path) -> None:
    """Make a folder that belongs to the user."""
    path.mkdir(mode=0o700)
    if needed():
        shutil.chown(path, USER)


def link_tree(source: Path, target: Path) -> None:
    """Copy a folder for the user to read. On one file system this costs no space: the files are hard links.

    A file that others may not read is copied instead, because a link would share its mode with the original.
    """
    for folder, _, names in os.walk(source):
        made = target / Path(folder).relative_to(source)
        made.mkdir(parents=True)
        made.chmod(0o755)
        for name in names:
            _link(Path(folder, name), made / name)


def _link(source: Path, target: Path) -> None:
    mode = source.stat().st_mode
    wanted = 0o755 if mode & stat.S_IXUSR else 0o644
    if mode & wanted == wanted:
        try:
            os.link(source.resolve(), target)
        except OSError:  # another file system, or one without links
            pass
        else:
            return
    shutil.copyfile(source, target)
    target.chmod(wanted)
