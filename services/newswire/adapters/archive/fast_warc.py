"""FastWARC, which only installations with the extra `archive` have."""

from newswire.errors import UsageError

try:
    from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
except ImportError as error:
    raise UsageError("WARC files need FastWARC: pip install 'newswire[archive]'") from error

__all__ = ["ArchiveIterator", "WarcRecord", "WarcRecordType"]
