import gzip
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.adapters.http.body import Body
from newswire.adapters.http.codings import zstd
from newswire.errors import Reject, Retry


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACK = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": zstd.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}
CODED = [name for name in PACK if name not in {"", "identity"}]


EMPTY = gzip.compress(b"", mtime=0)


def unpack(coding, packed, *, limit=10_000_000, step=None, **more):
    body = Body(coding, limit, **more)
    step = step or len(packed) or 1
    for place in range(0, len(packed), step):
        body.feed(packed[place : place + step])
        if body.full:
            break
    return body.finish()


@pytest.mark.parametrize("coding", PACK)
@given(data=st.binary(max_size=300), times=st.integers(1, 800), step=st.integers(1, 70_000))
def test_a_body_comes_out_whole_however_it_is_cut(coding, data, times, step):
    if data.startswith(b"\x1f\x8b\x08"):
        return
    plain = data * times
    assert unpack(coding, PACK[coding](plain), step=step) == plain


def test_raw_deflate_is_taken_for_deflate():
    assert unpack("deflate", raw_deflate(b"hello" * 99), step=1) == b"hello" * 99


def test_gzip_members_and_zstd_frames_are_joined_and_padding_is_dropped():
    assert unpack("gzip", gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0", step=1) == b"ab"
    assert unpack("zstd", zstd.compress(b"a") + zstd.compress(b"b"), step=1) == b"ab"


@pytest.mark.parametrize("padding", [b"\0\0", b"\x1f", b"\x1f\x8b", b"\x1f\0", b"\0" + gzip.compress(b"c", mtime=0)])
@pytest.mark.parametrize("step", [1, 2, 1_000])
def test_what_begins_no_member_ends_the_body_however_it_is_cut(padding, step):
    assert unpack("gzip", gzip.compress(b"a") + gzip.compress(b"b") + padding, step=step) == b"ab"


@pytest.mark.parametrize("step", [1, 2, 1_000])
def test_bytes_behind_a_brotli_stream_are_rejected_however_it_is_cut(step):
    with pytest.raises(Reject) as caught:
        unpack("br", brotli.compress(b"a" * 100) + b"\0\0\0", step=step)
    assert caught.value.reason == "bad-encoding"


def test_gzipped_bytes_without_a_header_are_unpacked_within_the_limit():
    assert unpack("", gzip.compress(b"<urlset/>")) == b"<urlset/>"
    assert unpack("gzip", gzip.compress(gzip.compress(b"<urlset/>"))) == b"<urlset/>"
    with pytest.raises(Reject) as caught:
        unpack("", gzip.compress(b"x" * 2_000), limit=1_000)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("coding", PACK)
def test_exactly_the_limit_is_not_too_large_and_one_more_is(coding):
    data = bytes(range(256)) * 8
    assert unpack(coding, PACK[coding](data), limit=len(data)) == data
    with pytest.raises(Reject) as caught:
        unpack(coding, PACK[coding](data), limit=len(data) - 1)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("coding", PACK)
def test_truncation_keeps_the_first_bytes(coding):
    data = bytes(range(256)) * 800
    assert unpack(coding, PACK[coding](data), limit=1_000, truncate=True) == data[:1_000]


@pytest.mark.parametrize("coding", CODED)
def test_a_bomb_is_cut_before_it_unfolds(coding):
    bomb = PACK[coding](b"\0" * 60_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Reject) as caught:
            unpack(coding, bomb, limit=10_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.reason == "too-large"
    assert peak < 12_000_000


def test_a_body_denser_than_any_page_is_refused_below_the_limit():
    with pytest.raises(Reject, match="200 times") as caught:
        unpack("gzip", gzip.compress(b"\0" * 4_000_000), limit=5_000_000)
    assert caught.value.reason == "too-large"


@pytest.mark.parametrize("coding", CODED)
def test_a_stream_that_ends_early_may_come_whole_next_time(coding):
    packed = PACK[coding](bytes(range(256)) * 50)
    with pytest.raises(Retry) as caught:
        unpack(coding, packed[:-5])
    assert caught.value.reason == "protocol"


@pytest.mark.parametrize("coding", CODED)
def test_an_empty_body_needs_no_coding(coding):
    assert unpack(coding, b"") == b""


@pytest.mark.parametrize(
    ("coding", "piece"), [*((coding, b"") for coding in CODED), ("gzip, gzip", EMPTY), ("zstd, gzip", EMPTY)]
)
def test_a_piece_without_bytes_is_no_beginning_of_a_stream(coding, piece):
    body = Body(coding, 100)
    body.feed(piece)
    assert body.finish() == b""


@pytest.mark.parametrize(
    "coding", ["gzip", "deflate", "br", "zstd", "compress", "gzip, gzip, gzip", "aes128gcm", "utf-8", "none"]
)
def test_binary_bytes_that_are_not_in_their_coding_are_rejected(coding):
    with pytest.raises(Reject) as caught:
        unpack(coding, b"\x7f\x45\x4c\x46<html>\x00" * 20)
    assert caught.value.reason == "bad-encoding"


UNKNOWN = ["utf-8", "UTF-8", "aws-chunked", "none", "iso-8859-1", "compress", "binary, utf-8", '"gzip"']
PLAIN = [
    b"<html>" * 300,
    b"\xef\xbb\xbf  <rss/>",
    b"[1]",
    b"{}",
    b"x",
    "<a>ä</a>".encode("utf-16"),
    b"User-agent: *\r\n",
]


@pytest.mark.parametrize("data", PLAIN)
@pytest.mark.parametrize("coding", [*UNKNOWN, *CODED])
@pytest.mark.parametrize("step", [7, 100_000])
def test_text_that_was_never_coded_is_read_as_it_is_whatever_its_header_says(coding, data, step):
    body = Body(coding, 10_000)
    for place in range(0, len(data), step):
        body.feed(data[place : place + step])
    assert (body.finish(), body.miscoded) == (data, True)


@pytest.mark.parametrize("coding", PACK)
def test_a_body_in_its_coding_is_not_told_as_miscoded(coding):
    body = Body(coding, 10_000)
    body.feed(PACK[coding](b"<rss/>" * 9))
    assert (body.finish(), body.miscoded) == (b"<rss/>" * 9, False)


@pytest.mark.parametrize(
    "coding", ["gzip, utf-8", "utf-8, gzip", "aws-chunked,gzip", " , gzip,,identity", "x-gzip;q=1, gzip", "utf-8"]
)
def test_the_codings_of_a_list_are_taken_off_in_order_and_unknown_ones_are_passed_over(coding):
    assert unpack(coding, gzip.compress(b"<rss/>" * 99), step=5) == b"<rss/>" * 99


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip, deflate", "zstd, br"])
def test_two_codings_where_one_was_applied_are_read(coding):
    applied = coding.split(", ")[1]
    assert unpack(coding, PACK[applied](b"<rss/>" * 99), step=5) == b"<rss/>" * 99


@given(st.sampled_from(["deflate", "br", "zstd", "gzip"]), st.binary(max_size=12), st.integers(1, 30_000))
def test_a_short_stream_is_never_taken_for_text(coding, data, times):
    if data.startswith(b"\x1f\x8b\x08"):
        return
    body = Body(coding, 10_000_000)
    body.feed(PACK[coding](data * times))
    assert (body.finish(), body.miscoded) == (data * times, False)


def test_a_body_in_no_coding_is_within_the_limit_too():
    with pytest.raises(Reject) as caught:
        unpack("gzip", b"<html>" * 200, limit=1_000)
    assert caught.value.reason == "too-large"
    assert unpack("gzip", b"<html>" * 200, limit=1_000, truncate=True) == (b"<html>" * 200)[:1_000]


@pytest.mark.parametrize(("coding", "member"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", zstd.compress(b""))])
def test_a_stream_of_countless_empty_members_is_rejected(coding, member):
    with pytest.raises(Reject) as caught:
        unpack(coding, member * 5_000, step=65_536)
    assert caught.value.reason == "bad-encoding"


def test_a_zstd_window_beyond_what_http_allows_is_rejected():
    wide = zstd.compress(
        bytes(range(256)) * 100_000,
        options={
            zstd.CompressionParameter.window_log: 27,
            zstd.CompressionParameter.enable_long_distance_matching: 1,
            zstd.CompressionParameter.content_size_flag: 0,
        },
    )
    with pytest.raises(Reject) as caught:
        unpack("zstd", wide, limit=100_000_000)
    assert caught.value.reason == "bad-encoding"


@given(st.sampled_from(CODED), st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_a_body_or_a_typed_error(coding, data, step):
    with suppress(Reject, Retry):
        assert isinstance(unpack(coding, data, step=step), bytes)
