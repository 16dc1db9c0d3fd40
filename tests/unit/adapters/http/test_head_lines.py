"""Header lines that servers really send, and those that would make two readers see two bodies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.adapters.http.head_lines import FramingError, mended


def lines(text):
    return [line + b"\n" for line in text.split(b"\n")]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"A: 1\r\nB:2\r", [b"A: 1", b"B: 2"]),
        (b"A: 1\nB: 2", [b"A: 1", b"B: 2"]),
        (b"A:\r", [b"A: "]),
        (b"A: b: c \t\r", [b"A: b: c"]),
        (b"A \t: 1\r", [b"A: 1"]),
        (b"A: 1\r\n  2\r\n\t3\r\nB: 4\r", [b"A: 1 2 3", b"B: 4"]),
        (b"  B: 4\r\nA: 1\r", [b"A: 1"]),
        (b'"X-XSS-Protection: 0"\r\nA: 1\r', [b"A: 1"]),
        (b"X-Nothing\r\nA: 1\r", [b"A: 1"]),
        (b": 1\r\nA: 1\r", [b"A: 1"]),
        (b"X Y: 1\r\nA: 1\r", [b"A: 1"]),
        (b"Sch\xc3\xb6n: 1\r\nA: 1\r", [b"A: 1"]),
        (b"HTTP/1.1 200 OK\r\nA: 1\r", [b"A: 1"]),
        (b"A: \xff\r", [b"A: \xff"]),
        (b"Content-Length: 5\r", [b"Content-Length: 5"]),
        (b"Content-Length : 5\r", [b"Content-Length: 5"]),
        (b"Content-Length: 5\r\ncontent-length: 5\r", [b"Content-Length: 5"]),
        (b"Content-Length: 5, 5\r\nA: 1\r", [b"A: 1", b"Content-Length: 5"]),
        (b"Content-Length: 5\r\nTransfer-Encoding: Chunked\r", [b"Transfer-Encoding: chunked"]),
        (b"Content-Length: 5\r\nTransfer-Encoding: identity\r", [b"Content-Length: 5"]),
        (b"Transfer-Encoding: identity, chunked\r", [b"Transfer-Encoding: chunked"]),
        (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r", [b"Transfer-Encoding: gzip, chunked"]),
        (b"Transfer-Encoding:\r\n chunked\r", [b"Transfer-Encoding: chunked"]),
    ],
)
def test_a_head_is_read_as_rfc_9112_says(sent, read):
    assert mended(lines(sent)) == [line + b"\r\n" for line in read]


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r",
        b"Content-Length: 3, 4\r",
        b"Content-Length: 3\r\nContent-Length : 4\r",
        b"Content-Length: 3\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r",
        b"Content-Length: 3\r\nContent-Length: 03\r",
        b"Content-Length: -3\r",
        b"Content-Length: +3\r",
        b"Content-Length: 0x3\r",
        b"Content-Length: 3 3\r",
        b"Content-Length: \xd9\xa3\r",
        b"Content-Length:\r",
        b"Content-Length: 3,\r",
        b"Content-Length: " + b"9" * 30 + b"\r",
        b"Content-Length: x\r\nTransfer-Encoding: chunked\r",
        b"Content-Length: 3\r\n 4\r",
        b"Transfer-Encoding: chunked, gzip\r",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r",
        b"Transfer-Encoding: chunked, identity, chunked\r",
        b"Transfer-Encoding: chunked;q=1\r",
        b'Transfer-Encoding: "chunked"\r',
        b"Transfer-Encoding: \x0bchunked\r",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 3\r",
        b'"Content-Length: 3"\r',
        b"Content-Length 3\r",
        b"Content Length\x0b: 3\r",
        b"\x0bTransfer-Encoding: chunked\r",
        b"Transfer-Encoding\x0b: chunked\r",
        b"X-Null: a\0b\r",
        b"X-Return: a\rContent-Length: 3\r",
        b"X-Return: a\r\r",
    ],
)
def test_a_head_that_leaves_the_end_of_the_body_open_is_refused(sent):
    with pytest.raises(FramingError):
        mended(lines(sent))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"Content-Length: 3\r\nContent-Length: 4\r", 'no number: "3", "4"'),
        (b'"Content-Length: 3"\r', 'malformed: ""Content-Length: 3""'),
        (b"X-Null: a\0\xff b\r", 'carriage return: "X-Null: a?? b"'),
    ],
)
def test_a_refusal_shows_what_was_sent_as_plain_text(sent, said):
    with pytest.raises(FramingError) as refused:
        mended(lines(sent))
    assert str(refused.value).endswith(said)


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"") + b"\n"), max_size=12))
def test_any_lines_become_headers_with_one_statement_about_the_body_or_are_refused(sent):
    try:
        read = mended(sent)
    except FramingError:
        return
    assert mended(read) == read
    names = [line.partition(b":")[0].lower() for line in read]
    assert names.count(b"content-length") + names.count(b"transfer-encoding") <= 1
    assert all(line.endswith(b"\r\n") and line.count(b"\n") == line.count(b"\r") == 1 for line in read)
