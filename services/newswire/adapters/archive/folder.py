"""`Files` in a folder: each file is written beside its place, forced to the disk, and then renamed into it."""

import asyncio
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from newswire.errors import UsageError, Wait

T = TypeVar("T")

_PARTS: Final = ".parts"
"""The folder of files that are being written. Each is locked by its writer, and so free when that is dead."""


class FolderFiles:
    """`newswire.adapters.archive.files.Files`; several processes may share the folder of one machine."""

    def __init__(self, root: Path, *, may_be_new: bool = True) -> None:
        """Raises `UsageError` where the folder cannot be written to, or is missing and cannot or may not be made."""
        self._root = root
        if not may_be_new and not root.is_dir():
            raise UsageError(f"NEWSWIRE_ARCHIVE__URL: there is no archive in {root}: no page was archived there")
        try:
            (root / _PARTS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"NEWSWIRE_ARCHIVE__URL: cannot make {root}: {error.strerror}") from error
        if not os.access(root / _PARTS, os.W_OK | os.X_OK):
            raise UsageError(f"NEWSWIRE_ARCHIVE__URL: cannot write to {root}")

    async def create(self, name: str, data: bytes) -> None:
        """Write a file. One of this name holds the same pages, or fewer if some were erased since: it stays."""
        await self._in_thread(self._create, name, data)

    async def replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Replace a file under the lock of the folder."""
        await self._in_thread(self._replace, name, change)

    async def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes | None:
        """The bytes of a file, or of a part of it."""
        return await self._in_thread(self._read, name, offset, length)

    async def names(self, folder: str) -> Sequence[str]:
        """All files below a folder."""
        return await self._in_thread(self._names, folder)

    async def folders(self, folder: str) -> Sequence[str]:
        """The folders in a folder."""
        return await self._in_thread(self._folders, folder)

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files, and the folders that they leave empty."""
        await self._in_thread(self._delete, names)

    async def tidy(self) -> None:
        """Delete the parts whose writers are dead."""
        await self._in_thread(self._tidy)

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        try:
            return await asyncio.to_thread(work, *args)
        except OSError as error:
            said = f"the archive {self._root} cannot be used: {error.strerror or error}"
            raise Wait(said, dependency="archive") from error

    def _create(self, name: str, data: bytes) -> None:
        place = self._root / name
        if place.exists():
            _sync(place.parent)  # its writer may have died before that
        else:
            self._write(name, data)

    def _write(self, name: str, data: bytes) -> None:
        place = self._root / name
        with self._part() as (part, file):
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                for folder in reversed(place.parents[: len(Path(name).parts) - 1]):
                    if not folder.is_dir():
                        folder.mkdir(exist_ok=True)
                        _sync(folder.parent)
                part.replace(place)
            except OSError:
                part.unlink(missing_ok=True)  # a full disk needs the room
                raise
        _sync(place.parent)

    @contextmanager
    def _part(self) -> Iterator[tuple[Path, BinaryIO]]:
        """A locked file to write to. `_tidy` may find it before it is locked, and delete it: then another."""
        while True:
            # The name is random: in two containers on one machine, both writers may be process 1.
            part = self._root / _PARTS / secrets.token_hex(16)
            with part.open("xb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file.fileno()).st_nlink:
                    yield part, file
                    return

    def _replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        with self._lock():
            data = self._read(name, 0, None)
            if data is not None:
                self._write(name, change(data))

    def _read(self, name: str, offset: int, length: int | None) -> bytes | None:
        try:
            with (self._root / name).open("rb") as file:
                file.seek(offset)
                return file.read(-1 if length is None else length)
        except FileNotFoundError:
            return None

    def _names(self, folder: str) -> Sequence[str]:
        found = (path for path in (self._root / folder).rglob("*") if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in found)

    def _folders(self, folder: str) -> Sequence[str]:
        try:
            return sorted(f"{folder}{entry.name}/" for entry in os.scandir(self._root / folder) if entry.is_dir())
        except FileNotFoundError:
            return []

    def _delete(self, names: Sequence[str]) -> None:
        for name in names:
            (self._root / name).unlink(missing_ok=True)
        for folder in {parent for name in names for parent in Path(name).parents[:-1]}:
            with suppress(OSError):  # it holds other files, or is gone
                os.removedirs(self._root / folder)

    def _tidy(self) -> None:
        for part in (self._root / _PARTS).iterdir():
            with suppress(FileNotFoundError, BlockingIOError), part.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.unlink()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._root / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _sync(folder: Path) -> None:
    """Force a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
