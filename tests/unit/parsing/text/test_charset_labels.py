"""Every charset label of the web means the same to feeds and pages, and what the standard says."""

import pytest
import webencodings

from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.page import parse_page
from newswire.parsing.text.charset import decode
from newswire.parsing.text.charset_labels import codec_of, header_label

JAPANESE = "港の町が桟橋の再建を可決"
CHINESE = "港口小镇投票决定重建码头"
KOREAN = "항구 도시가 부두 재건을 의결"
TAIWANESE = "港口小鎮投票決定重建碼頭"
EAST_ASIAN = {
    "shift_jis": ("cp932", JAPANESE),
    "euc-jp": ("euc_jp", JAPANESE),
    "gbk": ("gb18030", CHINESE),
    "gb18030": ("gb18030", CHINESE),
    "euc-kr": ("cp949", KOREAN),
    "big5": ("big5hkscs", TAIWANESE),
}
ONE_BYTE = b"\xe0\xe1\xe2 \xe1\xe4\xe1"
SKIPPED = frozenset({"replacement", "utf-16le", "utf-16be", "iso-2022-jp", "x-user-defined"})
LABELS = sorted(label for label, encoding in webencodings.LABELS.items() if encoding not in SKIPPED)


def sample(label: str) -> tuple[bytes, str]:
    encoding = webencodings.LABELS[label]
    if encoding == "utf-8":
        return JAPANESE.encode(), JAPANESE
    if encoding in EAST_ASIAN:
        codec, text = EAST_ASIAN[encoding]
        return text.encode(codec), text
    return ONE_BYTE, ONE_BYTE.decode(webencodings.lookup(label).codec_info.name)


@pytest.mark.parametrize("label", LABELS)
def test_a_feed_and_a_page_under_any_label_of_the_web_are_read_without_a_doubt(label: str) -> None:
    encoded, text = sample(label)
    xml = f'<?xml version="1.0" encoding="{label}"?><rss version="2.0"><channel><title>T</title><item><title>'.encode()
    feed = parse_feed(xml + encoded + b"</title></item></channel></rss>", "https://news.example/feed")
    assert feed.entries[0].title == text
    meta = f'<!doctype html><html><head><meta charset="{label}"><title>'.encode()
    page = decode(meta + encoded + b"</title>")
    assert (page.text, page.certain) == (meta.decode() + text + "</title>", True)
    assert page.utf8 in (None, page.text.encode())
    bare = b"<!doctype html><html><title>" + encoded + b"</title>"
    assert decode(bare, f"text/html; charset={label.upper()}")[0].endswith(f"{text}</title>")


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("x-sjis", "cp932"), ("windows-31j", "cp932"), ("MS_Kanji", "cp932"), ("Shift_JIS", "cp932"),
        ("x-euc-jp", "euc_jp"), ("csISO2022JP", "iso2022_jp"), ("gb2312", "gb18030"), ("x-gbk", "gb18030"),
        ("x-x-big5", "big5hkscs"), ("ks_c_5601-1987", "cp949"), ("latin1", "cp1252"), ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"), ("dos-874", "cp874"), ("tis-620", "cp874"), ("x-cp1251", "cp1251"),
        ("koi8-ru", "koi8-u"), ("x-mac-ukrainian", "mac-cyrillic"), ("unicode-1-1-utf-8", "utf-8"),
        ("x-user-defined", "cp1252"), (" UTF-8 ", "utf-8"),
        # Beyond the standard.
        ("cp932", "cp932"), ("hz-gb-2312", "hz"), ("iso-2022-kr", "iso2022_kr"), ("utf-32", "utf-32"),
        ("cp437", "cp437"),
        # No charsets.
        ("base64", None), ("punycode", None), ("rot13", None), ("idna", None), ("replacement", None), ("utf-7", None),
        ("unknown", None), ("", None), ("ütf-8", None), ("\0", None), ("x" * 1_000, None),
    ],
)  # fmt: skip
def test_a_label_means_one_codec_or_none(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize("label", ["x-sjis", "windows-31j", "cp932"])
def test_a_page_in_japanese_under_an_unusual_label_is_no_guess(label: str) -> None:
    body = f"<html><head><title>{JAPANESE}</title></head><body><p>{JAPANESE}。</p></body></html>".encode("cp932")
    page = parse_page(body, "https://news.example/1", f"text/html; charset={label}")
    assert page.title == JAPANESE
    assert "charset-guessed" not in page.flags


def test_a_declaration_that_can_be_read_is_not_of_a_wide_encoding() -> None:
    for label in ("utf-16", "unicode", "ucs-2", "utf-32"):
        body = f'<html><meta charset="{label}"><title>Pier café</title>'.encode()
        assert decode(body) == (body.decode(), True, body)


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("text/xml; charset=x-sjis", "x-sjis"), ('text/html;Charset = "UTF-8"', "UTF-8"), ("text/html", None),
        (None, None),
        ("text/html; charset='koi8-r'; x=1", "koi8-r"), ("text/html; charset=", None),
    ],
)  # fmt: skip
def test_the_label_of_a_header_is_read_as_it_is_written(header: str | None, label: str | None) -> None:
    assert header_label(header) == label
