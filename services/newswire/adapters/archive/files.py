"""The store of the archive's files: what it promises, and which one an address means."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from newswire.errors import UsageError
from newswire.settings.archive import ArchiveSettings


class Files(Protocol):
    """Whole files under names with slashes. Every method raises `Wait` when the store is away."""

    async def create(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all; durable on return. One that is there already is left as it is."""
        ...

    async def replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Replace a file by what ``change`` makes of it; nobody else replaces it in between. Nothing without a file."""
        ...

    async def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes | None:
        """The bytes of a file, or of a part of it; None where there is no such file."""
        ...

    async def names(self, folder: str) -> Sequence[str]:
        """All files below a folder, in the order of their names."""
        ...

    async def folders(self, folder: str) -> Sequence[str]:
        """The folders in a folder, each with a slash at its end, in order."""
        ...

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files, in this order; those that are gone already are passed over."""
        ...

    async def tidy(self) -> None:
        """Delete what a process left half written."""
        ...


def open_files(settings: ArchiveSettings, *, may_be_new: bool = True) -> Files:
    """The store that the settings name. Raises `UsageError` where it cannot be used or its library is missing.

    A folder is made where it is missing, unless it may not be new: that is an error, too.
    """
    url = settings.url or ""
    if url.startswith("s3://"):
        try:
            from newswire.adapters.archive.bucket import BucketFiles  # noqa: PLC0415  # an optional dependency
        except ImportError as error:
            raise UsageError(f"NEWSWIRE_ARCHIVE__URL={url} needs obstore: pip install 'newswire[archive]'") from error
        return BucketFiles(settings)
    from newswire.adapters.archive.folder import FolderFiles  # noqa: PLC0415  # only one of the two is needed

    return FolderFiles(Path(url), may_be_new=may_be_new)
