"""The archive of raw pages, in a folder or in an S3-compatible store."""

from newswire.adapters.archive.archive import WarcArchive
from newswire.adapters.archive.files import open_files

__all__ = ["WarcArchive", "open_files"]
