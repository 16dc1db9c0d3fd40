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
        ("http:///o.example///b", "http://o.example///b"),
        ("HTTPS:////o.example/b", "https://o.example/b"),
        ("https:/\\/o.example", "https://o.example"),
        ("https:/b", "https://n.example/b"),
        ("/c?to=http:///b", "https://n.example/c?to=http:///b"),
        ("http://https://o.example/b", "https://o.example/b"),
        ("https:http://o.example/http://b", "http://o.example/http://b"),
        ("http:///HTTP:///o.example", "http://o.example"),
        ("http://https//o.example", "http://https//o.example"),
        ("", None),
        ("javascript:alert(1)", None),
        ("mailto:a@n.example", None),
        ("http://", None),
        ("http://[::1/b", None),
        ("/" + "b" * 8000, None),
        (7, None),
        ("www.o.example/b", "https://www.o.example/b"),
        ("WWW.o.example:8080", "https://WWW.o.example:8080"),
        ("www.o.example?c", "https://www.o.example?c"),
        ("www.ö.xn--p1ai/b", "https://www.ö.xn--p1ai/b"),
        ("www.2026/b", "https://n.example/a/www.2026/b"),
        ("www.o.example@b", "https://n.example/a/www.o.example@b"),
        ("www/b", "https://n.example/a/www/b"),
        ("N.example/b", "https://N.example/b"),
        ("n.example", "https://n.example"),
        ("n.examples/b", "https://n.example/a/n.examples/b"),
        ("o.example/b", "https://n.example/a/o.example/b"),
        ("N/A", None),
        (" n/a ", None),
        ("#", None),
        ("-", None),
        ("none", None),
        ("none.html", "https://n.example/a/none.html"),
    ],
)
def test_a_link_is_read_as_browsers_read_it_or_not_at_all(link, address):
    assert absolute(link, BASE) == address


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [
        ("n.example:8080/b", "http://n.example:8080/feed", "http://n.example:8080/b"),
        ("10.0.0.1:80/b", "http://10.0.0.1:80/feed", "http://10.0.0.1:80/b"),
        ("news/b", "http://news/feed", "http://news/news/b"),
        ("www.o.example/b", "", None),
    ],
)
def test_what_begins_with_the_host_of_its_base_lacks_only_a_scheme(link, base, address):
    assert absolute(link, base) == address
