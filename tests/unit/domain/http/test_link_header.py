"""The Link header, as publishers write it (RFC 8288 §3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.http.link_header import MAX_LINKS, links

BASE = "https://n.example/feeds/all?page=1"


def found(header):
    return [(link.url, *sorted(link.relations)) for link in links(header, BASE)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://hub.example/>; rel="hub"', [("https://hub.example/", "hub")]),
        ("<https://hub.example/>;rel=hub", [("https://hub.example/", "hub")]),
        ('<https://hub.example/> ; REL = "HUB"', [("https://hub.example/", "hub")]),
        ('<https://h.example/>; rel="hub self"', [("https://h.example/", "hub", "self")]),
        ('<https://h.example/?a=1,2;b>; title="a, <b>; rel=\\"x\\"", ; rel=hub', [("https://h.example/?a=1,2;b",)]),
        ('<https://h.example/>; title="a, <b>; rel=\\"x\\""; rel=hub', [("https://h.example/", "hub")]),
        (
            '<https://a.example/>; rel="hub", <https://b.example/>; rel=hub,<https://n.example/f>; rel="self"',
            [("https://a.example/", "hub"), ("https://b.example/", "hub"), ("https://n.example/f", "self")],
        ),
        ("<../news>; rel=self", [("https://n.example/news", "self")]),
        ("<>; rel=self", [(BASE, "self")]),
        ("<https://h.example/>; rel=hub; rel=self", [("https://h.example/", "hub")]),
        ("<https://h.example/>; crossorigin; rel=hub", [("https://h.example/", "hub")]),
        ("<https://h.example/>;; rel=hub;", [("https://h.example/", "hub")]),
        ("<https://h.example/>", [("https://h.example/",)]),
        ("", []),
        ("nonsense", []),
        ("<https://h.example/", []),
    ],
)
def test_a_header_gives_its_links_in_their_order(header, expected):
    assert found(header) == expected


def test_a_link_of_another_document_is_left_out():
    header = f'<https://h.example/>; rel=hub; anchor="/other", <https://i.example/>; rel=hub; anchor="{BASE}"'
    assert found(header) == [("https://i.example/", "hub")]


def test_what_leads_nowhere_that_is_http_is_left_out():
    header = "<ftp://h.example/>; rel=hub, <javascript:x>; rel=hub, <http://>; rel=hub, <https://ok.example/>; rel=hub"
    assert found(header) == [("https://ok.example/", "hub")]


def test_a_header_without_end_is_read_to_a_bound():
    assert len(links("<https://h.example/>; rel=hub," * 5_000, BASE)) == MAX_LINKS


@given(st.text(alphabet='<>;,="\\ relhubself/:*\t', max_size=200))
def test_whatever_the_header_it_is_read_without_an_error(header):
    links(header, BASE)
