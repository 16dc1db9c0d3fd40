"""Which encoding a feed's bytes are in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.parsing.feeds.decoding import feed_text

TEXT = "<rss><title>Ærø – „Größe“, naïve</title></rss>"


@pytest.mark.parametrize("content_type", [None, "text/xml", "text/html; charset=iso-8859-1", "x; charset=windows-1251"])
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "utf-16", "x-none", "punycode"])
def test_valid_utf8_is_utf8_whatever_is_declared(content_type: str | None, declared: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert feed_text((declaration + TEXT).encode(), content_type) == declaration + TEXT


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_wide_encodings_and_marks_are_seen(encoding: str) -> None:
    assert feed_text(TEXT.encode(encoding), "text/xml; charset=utf-8") == TEXT


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (TEXT, "cp1252", "iso-8859-1"),
        (TEXT, "cp1252", "us-ascii"),
        ("<a>Привет, мир</a>", "cp1251", "windows-1251"),
        ("<a>Привет, мир</a>", "koi8-r", "koi8-r"),
        ("<a>中文新闻网站</a>", "gb18030", "gb2312"),
        ("<a>日本語のニュース</a>", "cp932", "Shift_JIS"),
        ("<a>日本語のニュース</a>", "iso-2022-jp", "iso-2022-jp"),
        ("<a>한국어 뉴스</a>", "cp949", "euc-kr"),
        ("<a>İstanbul'da şölen</a>", "cp1254", "iso-8859-9"),
    ],
)
def test_a_declared_charset_is_believed_where_the_bytes_allow_it(text: str, encoding: str, label: str) -> None:
    assert feed_text(text.encode(encoding), f"application/xml; charset={label}") == text
    declaration = f'<?xml version="1.0" encoding="{label}"?>'
    assert feed_text((declaration + text).encode(encoding)) == declaration + text


def test_undeclared_western_bytes_are_windows_1252() -> None:
    assert feed_text(TEXT.encode("cp1252")) == TEXT


@pytest.mark.parametrize("label", ["punycode", "unicode_escape", "base64", "utf-16", "none-such", "idna"])
def test_a_label_that_cannot_be_right_counts_for_nothing(label: str) -> None:
    assert feed_text(TEXT.encode("cp1252"), f"text/xml; charset={label}") == TEXT


def test_one_bad_byte_spoils_one_character_only() -> None:
    body = ("<a>" + "größer " * 20 + "</a>").encode()
    assert feed_text(body.replace(b"</a>", b"\xff</a>")) == "<a>" + "größer " * 20 + "\ufffd</a>"


@given(st.binary(max_size=200), st.none() | st.text(max_size=30))
def test_any_bytes_are_text_that_xml_may_hold(body: bytes, content_type: str | None) -> None:
    text = feed_text(body, content_type)
    assert all(char in "\t\n\r" or char >= " " for char in text)
    text.encode()
