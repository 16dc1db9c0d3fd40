"""Raw pages for tests of the archive, and its files read by others."""

import gzip
import io
from datetime import timedelta

from fastwarc.warc import ArchiveIterator as FastReader
from warcio.archiveiterator import ArchiveIterator as WarcioReader

from newswire.adapters.archive import WarcArchive
from newswire.adapters.archive.folder import FolderFiles
from newswire.domain.archive.names import WARC
from newswire.domain.archive.raw_page import Provenance, RawPage
from newswire.events import article_id_of
from support.line import entry

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-encoding": "gzip",
    "set-cookie": "visitor=17",
    "etag": '"a"',
}


def raw_page(name="a", body=b"<html>Pier</html>", *, at, url="https://n.example/pier", headers=HEADERS, **more):
    provenance = Provenance(entry(name, url), article_id_of(url), at, robots_allowed=True, flags=("insecure",), **more)
    return RawPage(url, 200, body, provenance, headers)


def archive_over(files, clock):
    return WarcArchive(files, clock, linger_s=0.01, file_bytes=8_000_000)


def archive_in(folder, clock):
    return archive_over(FolderFiles(folder), clock)


async def keep(archive, *pages):
    for page in pages:
        await archive.keep(await archive.pack(page))


async def lines_of(archive, clock, since=timedelta(days=9)):
    return [line async for line in archive.pages(clock.now() - since, clock.now() + since)]


def warc_files(folder):
    return sorted(folder.rglob(f"*{WARC}"))


def everything(folder):
    """Every byte that the folder holds, records unpacked."""
    held = b""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            held += gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    return held


def read_by_both(data):
    """The types and target addresses of all records, as warcio and FastWARC read them; their digests hold."""
    found = []
    for record in WarcioReader(io.BytesIO(data), check_digests="raise"):
        record.content_stream().read()
        found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI")))
    fast = []
    for record in FastReader(io.BytesIO(data), parse_http=False):
        if record.headers.get("WARC-Block-Digest"):
            assert record.verify_block_digest()
        fast.append((record.headers.get("WARC-Type"), record.headers.get("WARC-Target-URI")))
    assert fast == found
    return found
