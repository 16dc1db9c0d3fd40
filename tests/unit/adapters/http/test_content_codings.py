"""Codecs alone: a stream comes out whole, however densely it is packed."""

import brotli
import pytest

from newswire.adapters.http.codings import SLICE, codec_of, zstd


@pytest.mark.parametrize("times", [1, 2_000, 70_000])
@pytest.mark.parametrize("quality", [0, 2, 5, 11])
def test_a_dense_brotli_stream_that_comes_in_one_piece_gives_all_its_output(quality, times):
    """All its input is taken at once, while most of its output still waits."""
    data = b"<{[ax " * times
    codec = codec_of("br")
    pieces = list(codec.decode(brotli.compress(data, quality=quality)))
    assert (b"".join(pieces) == data, codec.complete) == (True, True)
    assert max(map(len, pieces)) <= 2 * SLICE


@pytest.mark.parametrize("times", [1, 2_000, 70_000])
def test_a_dense_zstd_stream_that_comes_in_one_piece_gives_all_its_output(times):
    data = b"<{[ax " * times
    codec = codec_of("zstd")
    assert (b"".join(codec.decode(zstd.compress(data))) == data, codec.complete) == (True, True)


def test_a_coding_that_is_not_known_has_no_codec():
    assert [codec_of(name) for name in ("utf-8", "compress", "", "aws-chunked")] == [None] * 4
