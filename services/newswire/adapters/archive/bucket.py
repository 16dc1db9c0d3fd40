"""`Files` in a bucket of an S3-compatible store, through obstore."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

if TYPE_CHECKING:
    from obstore import ObjectMeta, UpdateVersion

from newswire.errors import Wait
from newswire.settings.archive import ArchiveSettings

T = TypeVar("T")

_TRIES: Final = 20
"""How often a file is replaced anew that others replace at the same time."""
_AT_ONCE: Final = 16
"""Deletions that run at once."""


class BucketFiles:
    """`newswire.adapters.archive.files.Files`. The store has to know conditional writes (If-None-Match, If-Match)."""

    def __init__(self, settings: ArchiveSettings) -> None:
        """Asks nothing of the store yet. Keys that the settings leave out are looked for as AWS's own tools do."""
        self._url = settings.url or ""
        bucket, prefix = settings.bucket
        options: dict[str, Any] = {"region": settings.s3_region}
        if settings.s3_endpoint:
            options["endpoint"] = settings.s3_endpoint
        if settings.s3_access_key_id and settings.s3_secret_access_key:
            options["access_key_id"] = settings.s3_access_key_id
            options["secret_access_key"] = settings.s3_secret_access_key.get_secret_value()
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            client_options={"allow_http": (settings.s3_endpoint or "").startswith("http://"), "timeout": "30s"},
            retry_config={"max_retries": 2},
            **options,
        )

    async def create(self, name: str, data: bytes) -> None:
        """Write a file; an existing one of this name has the same content."""
        try:
            await self._ask(self._store.put_async(name, data, mode="create", use_multipart=False))
        except AlreadyExistsError:
            return

    async def replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Replace the version of the file that was read; try again where another one stands there by then."""
        for _ in range(_TRIES):
            try:
                found = await self._ask(self._store.get_async(name))
                before = bytes(await self._ask(found.bytes_async()))
                await self._ask(
                    self._store.put_async(name, change(before), mode=_version(found.meta), use_multipart=False)
                )
            except FileNotFoundError:
                return
            except PreconditionError:
                continue
            return
        raise Wait(f"{self._url}/{name} is replaced by others all the time", dependency="archive")

    async def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes | None:
        """The bytes of a file, or of a part of it."""
        try:
            if length is not None:
                return await self._part(name, offset, length)
            found = await self._ask(self._store.get_async(name))
            return bytes(await self._ask(found.bytes_async()))[offset:]
        except FileNotFoundError:
            return None

    async def names(self, folder: str) -> Sequence[str]:
        """All files below a folder."""
        return sorted([item["path"] for item in await self._ask(self._store.list(folder or None).collect_async())])

    async def folders(self, folder: str) -> Sequence[str]:
        """The folders in a folder."""
        found = await self._ask(self._store.list_with_delimiter_async(folder or None))
        return sorted(f"{prefix.rstrip('/')}/" for prefix in found["common_prefixes"])

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files, some at a time."""
        for start in range(0, len(names), _AT_ONCE):
            await asyncio.gather(*(self._delete(name) for name in names[start : start + _AT_ONCE]))

    async def tidy(self) -> None:
        """Do nothing: a file that was not sent whole is not there."""

    async def _part(self, name: str, offset: int, length: int) -> bytes:
        """A part of a file. Stores refuse one that begins behind the end (RFC 9110 §15.5.17); here it is empty."""
        try:
            return bytes(await self._ask(self._store.get_range_async(name, start=offset, length=length)))
        except Wait:
            if (await self._ask(self._store.head_async(name)))["size"] > offset:
                raise
            return b""

    async def _delete(self, name: str) -> None:
        try:
            await self._ask(self._store.delete_async(name))
        except FileNotFoundError:
            return

    async def _ask(self, request: Awaitable[T]) -> T:
        try:
            return await request
        except (FileNotFoundError, AlreadyExistsError, PreconditionError):
            raise
        except (BaseError, OSError) as error:
            raise Wait(f"the archive {self._url} cannot be used: {_first_line(error)}", dependency="archive") from error


def _version(meta: "ObjectMeta") -> "UpdateVersion":
    """The version that was read, for If-Match; obstore takes no None."""
    version: UpdateVersion = {}
    if meta["e_tag"] is not None:
        version["e_tag"] = meta["e_tag"]
    if meta["version"] is not None:
        version["version"] = meta["version"]
    return version


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:500]
