"""A feed's credentials: what they are made of, who may see them, and that nothing shows them."""

from base64 import b64decode
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from newswire.domain.feeds.credentials import Credentials, Secret, basic, for_feed, secret_header, taken_out
from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.urls.syntax import parse, shown

KEY = secret_header("X-Key", "hunter2")


def test_a_login_becomes_the_header_of_the_basic_scheme():
    assert basic("Aladdin", "open sesame").value.value == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert b64decode(basic("ä", "p:ß").value.value.removeprefix("Basic ")).decode() == "ä:p:ß"


@pytest.mark.parametrize(("user", "password"), [("", "x"), ("a:b", "x"), ("a\n", "x"), ("a", "hunter2\r\n")])
def test_a_login_that_no_header_can_carry_is_refused_without_showing_it(user, password):
    with pytest.raises(ValueError, match="RFC 7617") as caught:
        basic(user, password)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "X Y", "X:Y", "X\n", "Host", "content-length", "Transfer-Encoding", "Proxy-X", "TE"]
)
def test_a_header_that_is_the_fetchers_own_or_none_is_refused(name):
    with pytest.raises(ValueError, match="no header"):
        secret_header(name, "x")


@pytest.mark.parametrize("value", ["", " x", "hunter2\r\nX: y", "hunter2\x00", "x" * 9_000])
def test_a_value_that_no_header_can_carry_is_refused_without_showing_it(value):
    with pytest.raises(ValueError, match="the value for X-Key") as caught:
        secret_header("X-Key", value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "sent"),
    [
        ("https://n.example", True),
        ("http://n.example", False),
        ("https://n.example:444", False),
        ("https://www.n.example", False),
        ("https://n.example.evil.test", False),
    ],
)
def test_credentials_are_meant_for_one_scheme_host_and_port(origin, sent):
    assert for_feed("https://N.example:443/feed?a=b", [KEY]).meant_for(origin) is sent


def test_over_http_they_have_to_be_insisted_on_but_on_this_machine():
    with pytest.raises(ValueError, match="everybody on the way"):
        for_feed("http://n.example/feed", [KEY])
    assert for_feed("http://n.example/feed", [KEY], over_http=True).meant_for("http://n.example")
    assert not Credentials("http://n.example", (KEY,)).meant_for("http://n.example")
    for host in ("127.0.0.2:8000", "[::1]", "localhost", "a.localhost"):
        assert for_feed(f"http://{host}/feed", [KEY]).meant_for(f"http://{host}")
    for host in ("127.0.0.1.example.org", "localhost.example.org", "128.0.0.1"):
        with pytest.raises(ValueError, match="everybody"):
            for_feed(f"http://{host}/feed", [KEY])


def test_a_later_header_replaces_an_earlier_one_of_its_name():
    later = secret_header("x-key", "new")
    assert for_feed("https://n.example/", [KEY, later]).headers == (later,)


@pytest.mark.parametrize(
    ("url", "bare", "login"),
    [
        ("https://n.example/a@b?c=d@e", "https://n.example/a@b?c=d@e", None),
        ("https://ada:secret@n.example/feed", "https://n.example/feed", "ada:secret"),
        ("https://ada@n.example:8443/feed?x=1#y", "https://n.example:8443/feed?x=1#y", "ada:"),
        ("https://a%40b:p%3A%2Fq@n.example/", "https://n.example/", "a@b:p:/q"),
        ("https://ada:s@cret@[::1]/feed", "https://[::1]/feed", "ada:s@cret"),
    ],
)
def test_a_login_in_an_address_is_taken_out_of_it(url, bare, login):
    address, header = taken_out(url)
    assert address == bare
    assert header == (None if login is None else basic(*login.split(":", 1)))


def test_nothing_that_shows_a_value_shows_a_secret():
    options = FeedOptions(credentials=for_feed("https://n.example/", [KEY]))
    assert "hunter2" not in f"{options!r} {options} {Secret('hunter2')!r} {KEY}"


def test_options_are_stored_with_their_secrets_and_read_back():
    stored = TypeAdapter(FeedOptions)
    options = FeedOptions(interval_s=60, credentials=for_feed("https://n.example/", [KEY, basic("ada", "x")]))
    assert stored.validate_json(stored.dump_json(options)) == options
    assert stored.validate_python({"interval_s": 60, "ignore_robots": False}) == FeedOptions(interval_s=60)
    assert asdict(options)["credentials"]["origin"] == "https://n.example"


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_address_with_a_login_is_refused_elsewhere_without_showing_it(user, password):
    for forbidden in "/?#\\@:":
        user, password = user.replace(forbidden, ""), password.replace(forbidden, "")
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # whatever is wrong with it
        parse(f"https://{user}:{password}hunter2@n.example/")
    assert "hunter2" not in str(caught.value)


def test_an_address_is_shown_without_its_login():
    assert shown("https://ada:s@cret@n.example/@me?a@b") == "https://***@n.example/@me?a@b"
    assert shown("https://n.example/@me") == "https://n.example/@me"
