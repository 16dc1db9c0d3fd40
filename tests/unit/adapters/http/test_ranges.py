import pytest

from newswire.adapters.http.ranges import closes_its_root, holds_all

LENGTH = {"content-length": "500"}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-range": "bytes 0-499/500"},
        {"content-range": " Bytes  0-0/1 "},
        LENGTH,
        {"transfer-encoding": "chunked"},
    ],
)
def test_a_range_from_the_first_byte_to_the_last_or_no_range_at_all_is_the_whole(headers):
    assert holds_all(headers)


@pytest.mark.parametrize(
    "said",
    [
        "bytes 0-498/500",
        "bytes 1-499/500",
        "bytes 0-499/*",
        "bytes */500",
        "bytes 0-499/500, bytes 0-499/500",
        "bytes 0-500/500",
        "items 0-499/500",
        "bytes 00-499/500",
        "bytes=0-499/500",
        "bytes 0-499",
        "",
        "bytes 0-" + "9" * 30 + "/1" + "0" * 30,
    ],
)
def test_any_other_range_is_a_part(said):
    assert not holds_all({"content-range": said} | LENGTH)


def test_several_parts_and_a_body_whose_end_cannot_be_told_are_no_whole():
    assert not holds_all({"content-type": "multipart/byteranges; boundary=x"} | LENGTH)
    assert not holds_all({"content-type": "text/html"})


@pytest.mark.parametrize(
    "document",
    [
        b"<?xml version='1.0'?>\n<rss version='2.0'><channel/></rss>\n",
        b"\xef\xbb\xbf<!DOCTYPE html><html><p>a</p></HTML >\n<!-- cached --> <!-- 0.1 s -->",
        b"<rdf:RDF xmlns:rdf='x'><item/></rdf:RDF>",
    ],
)
def test_a_document_that_ends_with_its_first_element_is_whole(document):
    assert closes_its_root(document)
    assert not any(closes_its_root(document.partition(b"<!-- ")[0].rstrip()[:-cut]) for cut in range(1, 20))


@pytest.mark.parametrize("document", [b"", b"{}", b"<p>a", b"<rss><item></item>", b"<html><p></p>", b"<a></b>", b"-->"])
def test_any_other_document_may_be_cut(document):
    assert not closes_its_root(document)
