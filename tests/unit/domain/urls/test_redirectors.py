"""Redirectors that show where they lead."""

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.urls.canonical import MAX_LAYERS, canonicalize
from newswire.domain.urls.redirector_forms import in_query
from newswire.domain.urls.redirectors import REDIRECTORS, is_redirector, target_of
from newswire.domain.urls.syntax import parse
from newswire.domain.urls.tracking import is_tracking

TARGET = "https://n.example/a-b/c_d?id=7&x=%25"
ESCAPED = quote(TARGET, safe="")
BASE64 = urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={ESCAPED}&ct=ga&cd=1&usg=2",
        f"https://www.google.co.uk/url?sa=t&q=&url={ESCAPED}",
        f"https://www.google.com/url?q={ESCAPED}&sa=D",
        f"http://news.google.com/news/url?sa=t&fd=R&&url={ESCAPED}",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={ESCAPED.lower()}&c=1&mkt=en-us",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;url={ESCAPED}&amp;c=1",
        f"https://www.bing.com/ck/a?!&&p=1&ptn=3&u=a1{BASE64}&ntb=1",
        f"https://duckduckgo.com/l/?uddg={ESCAPED}&rut=1",
        f"https://r.search.yahoo.com/_ylt=A;_ylu=B/RV=2/RE=1/RO=10/RU={ESCAPED}/RK=2/RS=C-",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=1",
        f"https://l.instagram.com/?u={ESCAPED}&e=1",
        f"https://l.threads.com/?u={ESCAPED}",
        f"https://www.linkedin.com/safety/go?url={ESCAPED}&trk=x",
        f"https://out.reddit.com/t3_1?url={ESCAPED}&token=2",
        f"https://t.umblr.com/redirect?z={ESCAPED}&t=1",
        f"https://vk.com/away.php?to={ESCAPED}&cc_key=",
        f"https://www.youtube.com/redirect?event=x&q={ESCAPED}&v=1",
        f"https://steamcommunity.com/linkfilter/?u={ESCAPED}",
        f"https://getpocket.com/redirect?url={ESCAPED}",
        f"http://disq.us/url?url={ESCAPED}%3AJoUFOIjkrvmzs2ha4jhdsqsDzVI&cuid=1",
        f"https://slack-redir.net/link?url={ESCAPED}",
        f"https://href.li/?{TARGET}",
        f"https://href.li/?{ESCAPED}",
        "https://cdn.ampproject.org/c/s/n.example/a-b/c_d?id=7&x=%25&usqp=mq331AQ",
        "https://n-example.cdn.ampproject.org/v/s/n.example/a-b/c_d?id=7&x=%25&amp_js_v=0.1",
        "https://www.google.com/amp/s/n.example/a-b/c_d?id=7&x=%25",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=05%7C02&reserved=0",
        f"https://urldefense.proofpoint.com/v1/url?u={ESCAPED}&k=1",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__n.example_a-2Db_c-5Fd-3Fid-3D7-26x-3D-2525&d=D&c=1",
        "https://urldefense.com/v3/__https://n.example/a-b/c_d?id=7&x=*25__;JQ!!ACWV5N9M!IJ$",
        "https://urldefense.com/v3/__https://n.example/a**Dd?id=7&x=*25__;LWIvY18l!!ACWV5N9M!IJ$",
        f"https://urldefense.com/v3/__{TARGET}__;!!ACWV5N9M!IJ$".replace("%", "%25"),
    ],
)
def test_a_redirectors_address_is_replaced_by_the_one_it_shows(url):
    assert canonicalize(url) == TARGET


@pytest.mark.parametrize(
    "url",
    [
        "https://go.theregister.com/feed/www.theregister.com/2026/05/01/x/",
        "https://go.theregister.com/feed/www.theregister.com/2026/05/01/x/?utm_source=y#z",
    ],
)
def test_the_target_may_be_the_rest_of_the_path(url):
    assert canonicalize(url) == "https://www.theregister.com/2026/05/01/x/"


@pytest.mark.parametrize(
    "url",
    [
        f"https://n.example/url?q={ESCAPED}",
        f"https://n.example/l.php?u={ESCAPED}",
        f"https://www.google.com.n.example/url?q={ESCAPED}",
        f"https://google.n.example/url?q={ESCAPED}",
        f"https://www.google.com:8443/url?q={ESCAPED}",
        f"https://www.google.com/search?q={ESCAPED}",
        f"https://a.b.safelinks.protection.outlook.com/?url={ESCAPED}",
        f"https://www.facebook.com/sharer.php?u={ESCAPED}",
    ],
)
def test_no_other_host_or_path_is_unwrapped_whatever_it_carries(url):
    assert not is_redirector(parse(url))
    assert canonicalize(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?q=harbour%20pier",
        "https://www.google.com/url?q=/search",
        "https://www.google.com/url?q=//n.example/a",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=ftp://n.example/a",
        "https://www.google.com/url?q=https://u:p@n.example/a",
        "https://www.google.com/url?q=https://n.example%5C@o.example/a",
        "https://www.google.com/url?q=https://n.example/a%0Ab",
        "https://www.google.com/url?q=https://",
        "https://www.google.com/url?q=https://n.example/a&q=https://n.example/b",
        "https://www.google.com/url?q=https://n.example/a&url=https://n.example/b",
        "https://www.google.com/url?q=https://n.example/?id=1&page=2",
        "https://www.google.com/url?sa=t",
        "https://www.google.com/url",
        "https://www.google.com/amp/about",
        "https://disq.us/url?url=https%3A%2F%2Fn.example%2Fa",
        "https://www.bing.com/ck/a?u=a1%21%21",
        "https://www.bing.com/ck/a?u=a1A",
        "https://www.bing.com/ck/a?u=a1_____w",
        "https://r.search.yahoo.com/RU=x/RU=y",
        "https://urldefense.com/v3/__https://n.example/*__;!!A!I$",
        "https://urldefense.com/v3/__https://n.example/__;JSU!!A!I$",
        "https://urldefense.com/v3/__https:/n.example/__;!!A!I$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__n.example_-0Aa&d=1",
        "https://www.google.com/url?q=x&utm_source=y",
    ],
)
def test_a_redirector_whose_target_is_not_beyond_doubt_stays_as_it_is(url):
    assert target_of(parse(url)) is None
    assert canonicalize(url) == str(parse(url))


def wound(url, layers):
    for _ in range(layers):
        url = f"https://l.facebook.com/l.php?u={quote(url, safe='')}"
    return url


def test_redirectors_in_one_another_are_unwrapped_up_to_a_bound_and_beyond_it_not_at_all():
    assert canonicalize(wound(TARGET, MAX_LAYERS)) == TARGET
    deep = wound(TARGET, MAX_LAYERS + 1)
    assert canonicalize(deep) == deep
    raw = "https://getpocket.com/redirect?url=" * 200 + TARGET
    assert canonicalize(raw) == canonicalize(canonicalize(raw))


def test_a_route_goes_along_with_the_redirect():
    assert canonicalize("https://slack-redir.net/link?url=https://n.example/#!/a/1") == "https://n.example/#!/a/1"
    assert canonicalize(f"https://slack-redir.net/link?url={quote('https://n.example/#/b', safe='')}#!c").endswith(
        "#/b"
    )


def test_no_escape_is_decoded_twice_and_no_byte_is_lost():
    read = in_query("u")
    assert read(parse("https://a.test/?u=https://b/%2541+%FF%C3%A4%26")) == "https://b/%41+%FF%C3%A4&"


def test_every_row_of_the_table_is_well_formed_and_none_is_hidden_by_another():
    seen = []
    for hosts, path, reading in REDIRECTORS:
        assert path.startswith("/"), path
        assert callable(reading)
        for host in hosts:
            named = host.removeprefix("*.")
            assert parse(f"https://{named}/").host == named
            seen.append((host, path))
    assert len(seen) == len(set(seen))
    shadowed = [
        (host, path)
        for at, (host, path) in enumerate(seen)
        for other, begun in seen[:at]
        if other == host and begun.endswith("*") and path.startswith(begun[:-1])
    ]
    assert shadowed == []


ADDRESSES = st.builds(
    "https://n.example/{}{}".format,
    st.text(st.sampled_from("ab/%20+&?=#:*_-;!"), max_size=20).map(lambda text: quote(text, safe="/%:;-_")),
    st.lists(st.sampled_from(["id=1", "x", "a=%26", "p=a+b", "q=é"]), max_size=3).map(
        lambda q: q and "?" + "&".join(q)
    ),
)


@given(
    ADDRESSES,
    st.sampled_from(
        [
            "https://www.google.com/url?sa=t&url={}&usg=1",
            "https://l.facebook.com/l.php?u={}",
            "https://r.search.yahoo.com/_ylt=A/RU={}/RK=2",
            "https://disq.us/url?url={}%3AJoUFOIjkrvmzs2ha4jhdsqsDzVI",
            "https://href.li/?{}",
        ]
    ),
)
def test_what_was_escaped_into_a_redirector_comes_out_as_it_went_in(address, redirector):
    wrapped = redirector.format(quote(str(parse(address)), safe=""))
    assert target_of(parse(wrapped)) == parse(address)
    assert canonicalize(wrapped) == canonicalize(address)


@pytest.mark.parametrize("name", ["url", "u", "q", "to", "z", "uddg", "target"])
def test_no_parameter_that_carries_a_target_is_tracking(name):
    assert not is_tracking(name, "n.example")
