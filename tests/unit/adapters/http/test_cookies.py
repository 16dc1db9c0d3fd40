"""Cookies within one chain: who gets them back, and who does not."""

import pytest

from newswire.adapters.http.cookies import MAX_COOKIE, MAX_COOKIES, MAX_HEADER, Cookies, is_public_suffix
from newswire.domain.urls.syntax import parse


def sent(set_by, lines, to):
    cookies = Cookies()
    cookies.take(parse(set_by), lines)
    return cookies.header(parse(to))


async def test_nothing_is_sent_before_anything_was_set():
    assert Cookies().header(parse("https://a.example.org/")) is None


@pytest.mark.parametrize(
    ("line", "to", "header"),
    [
        ("a=1", "https://a.example.org/x", "a=1"),
        ("a=1", "https://www.a.example.org/x", None),
        ("a=1", "https://example.org/", None),
        ("a=1; Domain=example.org", "https://www.example.org/", "a=1"),
        ("a=1; Domain=.example.org", "https://example.org/", "a=1"),
        ("a=1; Domain=other.org", "https://other.org/", None),
        ("a=1; Domain=other.org", "https://a.example.org/", None),
        ("a=1; Domain=b.example.org", "https://b.example.org/", None),
        ("a=1; Domain=org", "https://a.example.org/", None),
        ("a=1; Path=/news", "https://a.example.org/news/1", "a=1"),
        ("a=1; Path=/news", "https://a.example.org/newsroom", None),
        ("a=1; Path=/", "https://a.example.org/x", "a=1"),
        ("a=1; Secure", "https://a.example.org/", "a=1"),
        ("a=1; Secure", "http://a.example.org/", None),
        ("a=1; HttpOnly; SameSite=Strict", "https://a.example.org/", "a=1"),
        ("a=1; Max-Age=0", "https://a.example.org/", None),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT", "https://a.example.org/", None),
        ("a=b=c/d|e", "https://a.example.org/", "a=b=c/d|e"),
        ("a=b,c@d", "https://a.example.org/", "a=b,c@d"),
        ("", "https://a.example.org/", None),
        ("; ;=;", "https://a.example.org/", None),
    ],
)
async def test_a_cookie_goes_back_where_rfc_6265_says(line, to, header):
    assert sent("https://a.example.org/x", [line], to) == header


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.github.io", "github.io"),
        ("bbc.co.uk", "co.uk"),
        ("a.blogspot.com", "blogspot.com"),
        ("news.internal", "internal"),
        ("127.0.0.1", "0.0.1"),
    ],
)
async def test_nobody_sets_a_cookie_for_the_hosts_of_others(host, domain):
    cookies = Cookies()
    cookies.take(parse(f"https://{host}/"), [f"a=1; Domain={domain}", f"b=1; Domain=.{domain.upper()}", "c=1"])
    assert cookies.header(parse(f"https://{host}/")) == "c=1"
    assert cookies.header(parse(f"https://x.{domain}/" if domain[0].isalpha() else "https://1.0.0.1/")) is None
    assert cookies.header(parse(f"https://{domain}/")) is None


async def test_a_cookie_of_a_suffixs_own_host_is_for_that_host_alone():
    cookies = Cookies()
    cookies.take(parse("https://github.io/"), ["a=1; Domain=github.io"])
    assert cookies.header(parse("https://github.io/")) == "a=1"
    assert cookies.header(parse("https://a.github.io/")) is None


async def test_a_cookie_of_an_ip_address_is_for_that_address():
    assert sent("http://127.0.0.2:81/feed", ["seen=1; path=/"], "http://127.0.0.2:82/feed") == "seen=1"
    assert sent("http://127.0.0.2/feed", ["seen=1; path=/"], "http://127.0.0.3/feed") is None


async def test_later_cookies_replace_earlier_ones_of_the_same_place_and_name():
    cookies = Cookies()
    cookies.take(parse("https://a.example.org/"), ["a=1", "b=1", "a=2"])
    cookies.take(parse("https://a.example.org/"), ["b=; Max-Age=0"])
    assert cookies.header(parse("https://a.example.org/")) == "a=2"


async def test_cookies_are_bounded_in_number_and_in_size():
    cookies = Cookies()
    url = parse("https://a.example.org/")
    cookies.take(url, [f"big={'x' * MAX_COOKIE}"])
    assert cookies.header(url) is None
    for start in range(0, 1_000, 100):
        cookies.take(url, [f"n{number}={'x' * 1_000}" for number in range(start, start + 100)])
    header = cookies.header(url) or ""
    assert len(header) <= MAX_HEADER
    names = {pair.split("=")[0] for pair in header.split("; ")}
    assert 0 < len(names) <= MAX_COOKIES
    assert names <= {f"n{number}" for number in range(MAX_COOKIES)}


@pytest.mark.parametrize("value", ["a\x00b", "a\x7fb", "a\tb", "schön", "\udcff"])
async def test_a_value_that_no_header_may_carry_is_not_sent(value):
    assert sent("https://a.example.org/", [f"a={value}", "b=1"], "https://a.example.org/") == "b=1"


@pytest.mark.parametrize(
    ("domain", "public"),
    [
        ("com", True),
        ("co.uk", True),
        ("github.io", True),
        ("internal", True),
        ("example.org", False),
        ("a.b.org", False),
    ],
)
def test_a_public_suffix_is_told_from_a_domain(domain, public):
    assert is_public_suffix(domain) is public
