"""Links in feeds become absolute addresses, or none."""

import pytest

from newswire.parsing.text.addresses import absolute

BASE = "https://n.example/a/feed.xml?x=1#y"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://o.example/b", "https://o.example/b"),
        ("HTTPS://o.example/B", "https://o.example/B"),
        ("b?c#d", "https://n.example/a/b?c#d"),
        ("/b/../c", "https://n.example/c"),
        ("?c", "https://n.example/a/feed.xml?c"),
        ("//o.example/b", "https://o.example/b"),
        ("\n /b\r\n/c\t", "https://n.example/b/c"),
        ("b\x0c\x1f?c", "https://n.example/a/b?c"),
        ("b\x0c?", "https://n.example/a/b"),
        ("\\b\\c?d\\e#f\\g", "https://n.example/b/c?d\\e#f\\g"),
        ("\\\\o.example\\b", "https://o.example/b"),
        ("http:\\\\o.example\\b", "http://o.example/b"),
        ("///o.example/b", "https://o.example/b"),
        ("/\\/o.example///b", "https://o.example///b"),
        ("", None),
        ("javascript:alert(1)", None),
        ("mailto:a@n.example", None),
        ("http://", None),
        ("http://[::1/b", None),
        ("/" + "b" * 8000, None),
        (7, None),
    ],
)
def test_a_link_is_read_as_browsers_read_it_or_not_at_all(link, address):
    assert absolute(link, BASE) == address
