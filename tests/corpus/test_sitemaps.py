"""Sitemaps that nobody here wrote: every row is read that a whole tree of the document has."""

import gzip

from lxml import etree

from newswire.parsing.feeds.document import parse_feed
from support.corpus import CORPUS, needs_corpus

URL = "https://www.example.com/sitemap.xml"


def rows(body: bytes) -> int:
    """The rows with an address, or a text of their own, counted the slow way."""
    tree = etree.fromstring(body)
    own = tree.xpath("/*/*[local-name()='url' or local-name()='sitemap']")
    return sum(bool(row.xpath("string(*[local-name()='loc'])").strip() or (row.text or "").strip()) for row in own)


@needs_corpus
def test_sitemaps_are_read_whole(record_property) -> None:
    measured = []
    for path in sorted((CORPUS / "sitemaps").iterdir()):
        body = path.read_bytes()
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        feed = parse_feed(body, URL)
        if feed.format.startswith("atom"):
            continue
        found = [child.url for child in feed.children] or [entry.url for entry in feed.entries]
        assert all(url and url.startswith(("http://", "https://")) for url in found), path
        assert (len(found), feed.truncated) == (rows(body), False), path
        measured.append((path.name, feed.format, len(found)))
    record_property("measured", measured)
    print(*measured, sep="\n")  # shown with -s
    assert len(measured) >= 8
