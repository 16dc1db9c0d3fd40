"""Untrusted text on its way into a page."""

import pytest
from markupsafe import Markup

from newswire.serve.console.safe import link, local_path, shown
from newswire.serve.console.templating import environment


@pytest.mark.parametrize("address", ["https://example.org/a?b=c#d", "http://example.org", "HTTPS://EXAMPLE.ORG/ü"])
def test_an_address_over_http_is_a_link(address):
    assert link(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/a",
        "/a",
        "https:",
        "https://",
        "https://exa mple.org",
        "https://example.org/\u202egpj.exe",
        "http://[::1",
        "",
        None,
        7,
    ],
)
def test_no_other_address_is_a_link(address):
    assert link(address) is None


def test_marks_that_turn_the_direction_and_control_characters_are_not_shown():
    marks = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x00\x07\x1b\x9f"
    assert shown(f"a{marks}b\tc\nd") == "ab\tc\nd"


def test_what_is_no_text_is_left_as_it_is():
    markup = Markup("<b>\u202e</b>")
    assert shown(markup) is markup
    assert shown(7) == 7
    assert shown(None) is None


def test_a_template_escapes_and_cleans_every_value():
    template = environment().from_string('<a title="{{ value }}">{{ value }}</a>')
    assert template.render(value='"\u202e<script>') == '<a title="&#34;&lt;script&gt;">&#34;&lt;script&gt;</a>'


def test_a_name_that_no_view_gave_is_an_error():
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ missing }}").render()


@pytest.mark.parametrize("path", ["/", "/feeds", "/articles/1?compare=1..2", "/?source=a.example&language=en"])
def test_the_login_leads_back_to_a_path_of_ours(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/a\r\nSet-Cookie: x=y",
        "/\t/evil.example",
        "/\u2028",
    ],
)
def test_the_login_never_leads_to_another_server(path):
    assert local_path(path) == "/"
