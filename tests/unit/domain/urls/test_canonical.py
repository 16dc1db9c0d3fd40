from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newswire.domain.urls.canonical import believed_canonical, canonicalize, registrable_domain, site_of
from newswire.domain.urls.syntax import parse


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://News.Example.COM", "http://news.example.com/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:443/a", "http://example.com:443/a"),
        ("http://example.com:/a", "http://example.com/a"),
        ("http://example.com./a", "http://example.com/a"),
        ("http://bücher.de/ä", "http://xn--bcher-kva.de/%C3%A4"),
        ("http://b%C3%BCcher.de/", "http://xn--bcher-kva.de/"),
        ("http://a/b/../c/./d", "http://a/c/d"),
        ("http://a/%2e%2E/b/..", "http://a/"),
        ("http://a/../../b", "http://a/b"),
        ("http://a//b//c", "http://a//b//c"),
        ("http://a/%7euser/%c3%a4%2f", "http://a/~user/%C3%A4%2F"),
        ("http://a/100%", "http://a/100%25"),
        ("http://a/100%25", "http://a/100%25"),
        ("http://a/b c", "http://a/b%20c"),
        ("http://a/b\\c?d\\e", "http://a/b/c?d%5Ce"),
        ("http://a/b%5Cc", "http://a/b%5Cc"),
        ("http://a/b#c?d", "http://a/b"),
        ("http://a/b#:~:text=c", "http://a/b"),
        ("http://a/b#", "http://a/b"),
        ("http://a/b#!", "http://a/b"),
        ("http://a/b#!%2d", "http://a/b"),
        ("http://a/b#/ä", "http://a/b#/%C3%A4"),
        ("http://a/b#!c/ä#d", "http://a/b#!c/%C3%A4%23d"),
        ("http://a/b?c#/d/1?e=2", "http://a/b?c#/d/1?e=2"),
        ("http://a/b;jsessionid=1A2B.node1?c=1", "http://a/b?c=1"),
        ("http://a/..;JSessionID=1/b;x=2;jsessionid=3", "http://a/b;x=2"),
        ("http://a/b?PHPSESSID=1&sid=2", "http://a/b?sid=2"),
        ("http://a?b", "http://a/?b"),
        ("http://a/?", "http://a/"),
        ("http://a/b?q=1&q=1&a=&b", "http://a/b?q=1&q=1&a=&b"),
        ("http://a/b?b=1&a=2", "http://a/b?b=1&a=2"),
        ("http://a/b?q=x+y%20z&t=tl;dr", "http://a/b?q=x+y%20z&t=tl;dr"),
        ("http://a/Index.HTML", "http://a/Index.HTML"),
        ("  http://a/b \n", "http://a/b"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://0177.0.0.01/", "http://127.0.0.1/"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
        ("http://[::FFFF:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("http://[2001:DB8:0::1]:80/", "http://[2001:db8::1]/"),
    ],
)
def test_an_address_has_one_form(url, canonical):
    assert canonicalize(url) == canonical


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("utm_source=rss&utm_medium=feed", ""),
        ("id=7&utm_source=rss", "?id=7"),
        ("UTM_Source=rss&id=7&fbclid=x&page=2", "?id=7&page=2"),
        ("id=7&amp;utm_source=rss", "?id=7"),
        ("%75tm_source=rss", ""),
        ("ref=home&source=x&cid=1&from=rss", "?ref=home&source=x&cid=1&from=rss"),
        ("myutm_source=x&gclids=1", "?myutm_source=x&gclids=1"),
        ("q=utm_source", "?q=utm_source"),
    ],
)
def test_tracking_parameters_go_and_all_others_stay(query, kept):
    assert canonicalize(f"https://a.test/b?{query}") == f"https://a.test/b{kept}"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://www.nytimes.com/a.html?smid=tw&x=1", "https://www.nytimes.com/a.html?x=1"),
        (
            "https://www.nytimes.com/a.html?unlocked_article_code=1",
            "https://www.nytimes.com/a.html?unlocked_article_code=1",
        ),
        ("https://nytimes.com.a.test/?smid=tw", "https://nytimes.com.a.test/?smid=tw"),
        ("https://www.theguardian.com/a?CMP=share&page=2", "https://www.theguardian.com/a?page=2"),
        ("https://www.bbc.co.uk/a?ocid=x&cmp=1", "https://www.bbc.co.uk/a?cmp=1"),
        ("https://www.amazon.co.jp/dp/1?pf_rd_p=x&ref=y&th=1", "https://www.amazon.co.jp/dp/1?th=1"),
    ],
)
def test_a_sites_own_tracking_parameters_go_on_its_domain_only(url, canonical):
    assert canonicalize(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        *("https://m.a.com/b", "https://amp.a.com/b", "https://a.com/amp/b", "https://a.com/b/amp"),
        *("https://a.com/b.amp.html", "https://a.com/b?amp=1", "https://a.com/b?outputType=amp"),
        *("http://a.com/b", "https://a.com/b/", "https://a.com/b/index.html", "https://www.a.com/b"),
    ],
)
def test_only_a_pages_own_word_joins_its_mobile_and_amp_forms_with_it(url):
    assert canonicalize(url) == url
    assert believed_canonical("https://a.com/b", url) == "https://a.com/b"


@pytest.mark.parametrize(
    "url",
    [
        *("", "a", "/a", "//a.test/b", "www.a.test", "http:", "http:/a", "http:a.test", "http://", "http:///b"),
        *("ftp://a.test/", "file:///etc/hosts", "javascript:alert(1)", "mailto:a@b.test", "data:,x"),
        *("http://u@a.test/", "http://u:p@a.test/", "http://@a.test/", "http://a.test:x/", "http://a.test:0/"),
        *("http://a.test:65536/", "http://a.test:-1/", "http://a.test:8²/", "http://a.test:99999999999999/"),
        *("http://a.test/b\nc", "http://a\t.test/", "http://a.test/\x00", "http://a.test/\ud800"),
        *("http://a..test/", "http://.test/", "http://a b.test/", "http://a%2Fb.test/", "http://a%.test/"),
        *(
            "http://a\\.test/",
            "http://a.test\\@b.test/",
            "http://[::1/",
            "http://[fe80::1%25eth0]/",
            "http://[1.2.3.4]/",
        ),
        *("http://1.2.3.256/", "http://1.2.3.4.5/", "http://4294967296/", "http://08.1.1.1/", "http://a.1/"),
        *(
            f"http://{'a' * 64}.test/",
            f"http://{'a.' * 130}test/",
            f"http://a.test/{'b' * 8000}",
            f"http://a.test/{'ä' * 1500}",
            f"http://{'ä' * 254}/",
            f"http://{'ﷺ' * 250}/",
            "http://%FF.test/",
            "http://xn--.test/",
            "http://xn--abc-.test/",
        ),
    ],
)
def test_what_cannot_be_an_http_address_is_a_value_error(url):
    with pytest.raises(ValueError, match=r"[Aa]ddress|host|port"):
        canonicalize(url)


PIECES = (
    *("/", ".", "..", "%2e", "%", "E7", "ä", " ", "?", "&", "=", "#", "!", ";", ";jsessionid=", "utm_source=", "smid="),
    *("\\", "+", "a", "url?", "l.php?u=", "url?q=", "/v3/__", "__;!!", "*", "https://", "https%3A%2F%2F", ":", "@"),
)
HOSTS = ("a.test", "bücher.de", "127.1", "[::1]", "www.google.com", "l.facebook.com", "urldefense.com", "nytimes.com")
URLISH = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.one_of(st.sampled_from(HOSTS), st.text(max_size=8)),
        st.sampled_from(["", ":80", ":8080", ":"]),
        st.lists(st.sampled_from(PIECES + HOSTS), max_size=12).map("".join),
        st.text(max_size=10),
    ),
)


@given(URLISH)
@example("http://a/%%32e%32e")
@example("http://a/?&utm_source=x&")
@example("http://a/?%75tm_x")
@example("http://www.google.com/url;jsessionid=1?q=http://a.test/")
@example("https://urldefense.com/v3/__https://x.test/?b&utm_x=*&c__;!!k$")
@example("http://a/..;jsessionid=1/..;jsessionid=2")
def test_canonicalizing_twice_changes_nothing_and_fails_only_with_value_error(url):
    try:
        once = canonicalize(url)
    except ValueError:
        return
    assert canonicalize(once) == once
    assert once.isascii()
    assert str(parse(once)) == once
    assert registrable_domain(once)
    assert believed_canonical(once, once) == once
    answered = canonicalize(url, unwrap=False)
    assert canonicalize(answered, unwrap=False) == answered
    assert parse(answered).origin == parse(url).origin


@given(st.text(max_size=30))
def test_a_host_has_domains_or_is_a_value_error(text):
    for function in (registrable_domain, site_of):
        with suppress(ValueError):
            assert function(text)


@given(st.lists(st.tuples(st.text("abcé &=%", max_size=4), st.text("xyzä &=%", max_size=4)), max_size=5))
def test_no_parameter_that_is_not_tracking_is_lost_or_moved(pairs):
    query = urlencode(pairs)
    shown = urlsplit(canonicalize(f"http://a.test/?{query}")).query
    assert parse_qsl(shown, keep_blank_values=True) == parse_qsl(query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("host", "domain", "site"),
    [
        ("https://www.news.bbc.co.uk/a", "bbc.co.uk", "bbc.co.uk"),
        ("https://a.github.io/x", "github.io", "a.github.io"),
        ("b.github.io", "github.io", "b.github.io"),
        ("github.io", "github.io", "github.io"),
        ("co.uk", "co.uk", "co.uk"),
        ("www.Bücher.de", "xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("http://127.0.0.1:8001/x", "127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]", "[::1]"),
        ("localhost", "localhost", "localhost"),
        ("a.b.internal", "a.b.internal", "a.b.internal"),
    ],
)
def test_domains(host, domain, site):
    assert (registrable_domain(host), site_of(host)) == (domain, site)


@pytest.mark.parametrize(
    ("link", "fetched", "believed"),
    [
        ("https://www.a.com/x?utm_source=y#z", "https://m.a.com/x?amp=1", "https://www.a.com/x"),
        ("https://a.com/x", "http://a.com/x", "https://a.com/x"),
        ("https://b.com/x", "https://a.com/x", None),
        ("https://b.github.io/x", "https://a.github.io/x", None),
        ("https://a.com/", "https://a.com/x", None),
        ("https://www.a.com", "https://a.com/?p=1", None),
        ("https://www.a.com", "https://a.com/", "https://www.a.com/"),
        ("https://a.com/?p=1", "https://a.com/x", "https://a.com/?p=1"),
        ("https://a.com:8443/x", "https://a.com/x", None),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8001/y", "http://127.0.0.1:8001/x"),
        ("http://127.0.0.1:8002/x", "http://127.0.0.1:8001/x", None),
        ("http://localhost:1/x", "http://localhost:2/x", None),
        ("http://127.0.0.2:1/x", "http://127.0.0.1:1/x", None),
        ("/x", "https://a.com/y", None),
        ("javascript:void(0)", "https://a.com/y", None),
        ("https://", "https://a.com/y", None),
        ("", "https://a.com/y", None),
        (None, "https://a.com/y", None),
        ("https://a.com/b/", "https://a.com/b/#!/1", None),
        ("https://a.com/b/#!/1", "https://a.com/b/#!/1", "https://a.com/b/#!/1"),
        ("https://a.com/#!/1", "https://a.com/?p=1", "https://a.com/#!/1"),
        ("https://www.google.com/url?q=https://a.com/x", "https://a.com/y", "https://a.com/x"),
        ("https://a.com/x", "https://www.google.com/url?q=https://a.com/y", None),
    ],
)
def test_a_canonical_link_is_believed_within_its_site_only(link, fetched, believed):
    assert believed_canonical(link, fetched) == believed
