"""The archive of raw pages, and erasure that reaches it."""

from newswire.adapters.database import Database
from newswire.adapters.erasure import DatabaseErasure, ErasureWithPages
from newswire.ports import Archive, Clock, Erasure
from newswire.settings import Settings


def open_archive(settings: Settings, clock: Clock, *, may_be_new: bool) -> Archive | None:
    """The archive that the settings name, if any. The caller closes it. Raises `UsageError` as `open_files` does."""
    if settings.archive.url is None:
        return None
    from newswire.adapters.archive import WarcArchive, open_files  # noqa: PLC0415  # most installations have none

    group = settings.archive
    return WarcArchive(
        open_files(group, may_be_new=may_be_new), clock, linger_s=group.batch_s, file_bytes=group.batch_bytes
    )


def erasure_of(database: Database, archive: Archive | None, clock: Clock) -> Erasure:
    """Erasure of words in the database, and in the archive where there is one."""
    erasure = DatabaseErasure(database)
    return erasure if archive is None else ErasureWithPages(erasure, database, archive, clock)
