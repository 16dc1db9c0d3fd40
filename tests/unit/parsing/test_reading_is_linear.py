"""Loops over what a page or a feed holds take time linear in it: each of these took minutes when it was written.

No clock is to be beaten: the budget is of this process's own time, some 50 times what the linear loop takes, and a
fraction of what the quadratic one did (`support.growth.budget`).
"""

import json

import pytest
from lxml import html

from newswire.domain.articles.facts.authors import decide_authors
from newswire.domain.articles.facts.bylines import MOST_NAMES
from newswire.domain.articles.facts.titles import decide_title
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.author_claims import author_claims
from newswire.parsing.pages.head import Head, read_head
from newswire.parsing.pages.jsonld import MAX_NODES, read
from newswire.parsing.pages.marks import read_marks
from newswire.parsing.pages.page import parse_page
from newswire.parsing.pages.site_names import title_sites
from newswire.parsing.pages.title_claims import title_claims
from support.growth import budget

BUDGET_S = 10.0
URL = "https://n.example/a"


def authors_of(head, article, tree):
    claims = author_claims(head, article, read_marks(tree), tree)
    return tuple(name.text for name in decide_authors(claims).value or ())


def test_linked_data_may_hold_very_many_values_in_a_row():
    with budget(BUDGET_S):
        found = read(['{"@type": "Person"}, ' * 300_000])
    assert len(found.nodes) == MAX_NODES


def test_linked_data_may_hold_a_very_long_list():
    with budget(BUDGET_S):
        found = read(["[" + "1," * 700_000 + '{"@type": "Person"}]'])
    assert found.nodes == ({"@type": "Person"},)


def test_linked_data_is_read_in_the_order_of_the_document():
    block = {"@graph": [{"@id": "a", "mainEntity": [{"@id": "b"}, {"@id": "c"}]}, {"@id": "d"}], "mainEntity": {}}
    nodes = read([json.dumps(block) + ";\n" + '{"@id": "e",}']).nodes
    assert [node.get("@id") for node in nodes] == [None, "a", "b", "c", "d", None, "e"]


def test_many_authors_may_refer_to_one_long_list_of_names():
    office = {"@id": "#o", "@type": "Organization", "name": [f"Section {n}" for n in range(8_000)]}
    article = {"@type": "NewsArticle", "author": [{"@id": "#o"}] * 8_000}
    head = Head(URL, data=read([json.dumps([article, office])]))
    with budget(BUDGET_S):
        assert len(authors_of(head, article, html.fromstring("<p>a</p>"))) == MOST_NAMES


@pytest.mark.parametrize("name", ["Ada " * 30_000, "(" * 100_000])
def test_an_authors_name_may_be_very_long(name):
    with budget(BUDGET_S):
        authors_of(Head(URL), {"author": [{"name": name}]}, html.fromstring("<p>a</p>"))


def test_bylines_may_lie_in_one_another_around_a_very_long_text():
    tree = html.fromstring("<div class=author>" * 150 + "a sentence. " * 250_000 + "</div>" * 150)
    with budget(BUDGET_S):
        assert authors_of(Head(URL), {}, tree) == ()


def test_a_byline_of_several_pieces_is_read_whole():
    tree = html.fromstring("<div><p class=byline>\n By <b>Ada</b>\n <b>Lovelace</b>\n" + " " * 500 + "</p></div>")
    assert authors_of(Head(URL), {}, tree) == ("Ada Lovelace",)


def test_a_page_may_have_very_many_headings():
    words = " ".join(f"word{n}" for n in range(1_100))
    tree = html.fromstring("<div>" + "<h1>one two three four</h1>" * 20_000 + "</div>")
    head = Head(URL, meta={"og:title": (words,)}, title=words)
    with budget(BUDGET_S):
        assert decide_title(title_claims(head, {}, read_marks(tree))).value == words


@pytest.mark.parametrize(
    "piece",
    [
        '<a href="/author/jane">Jane Doe</a>',
        '<p class="byline">By Jane Doe</p>',
        '<time datetime="2026-11-24">24 November 2026</time>',
        '<i itemprop="author">Jane Doe</i>',
        "<p>By ",
        '<div class="comment author date">',
    ],
)
def test_a_page_may_have_very_many_marked_places(piece):
    tree = html.fromstring(f"<html><body><h1>One two three</h1>{piece * 20_000}</body></html>")
    with budget(BUDGET_S):
        assert len(read_marks(tree).marks) <= 300


def test_a_base_longer_than_any_server_takes_is_none():
    page = f'<html><head><base href="https://n.example/{"b" * 8_000}"></head><body><p>a</p></body></html>'
    assert read_head(html.fromstring(page), URL).url == URL


def test_a_json_feed_may_name_as_many_authors_as_it_has_entries():
    items = [{"id": str(n), "content_text": "a"} for n in range(6_000)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    feed["authors"] = [{"name": f"Ada {n}"} for n in range(6_000)]
    with budget(BUDGET_S):
        entries = parse_feed(json.dumps(feed).encode(), URL).entries
    assert {entry.authors[0] for entry in entries} == {"Ada 0"}


def test_an_atom_feed_may_name_as_many_authors_as_it_has_entries():
    authors = "".join(f"<author><name>Ada {n}</name></author>" for n in range(4_000))
    entries = "".join(f"<entry><id>{n}</id><title>S</title></entry>" for n in range(3_000))
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>{authors}{entries}</feed>"
    with budget(BUDGET_S):
        found = parse_feed(feed.encode(), URL).entries
    assert {entry.authors[0] for entry in found} == {"Ada 0"}


def test_tags_in_a_feeds_text_may_have_quotes_that_do_not_close():
    text = '&lt;/aa" "' * 100_000
    feed = f"<rss version='2.0'><channel><title>T</title><item><description>{text}</description></item></channel></rss>"
    with budget(BUDGET_S):
        assert len(parse_feed(feed.encode(), URL).entries) == 1


def test_a_page_may_have_very_many_different_headings_around_its_text():
    page = "".join(f"<h1>one{n} two{n} three</h1><p>A line of text.</p>" for n in range(15_000))
    with budget(BUDGET_S):
        assert parse_page(f"<html><body>{page}</body></html>".encode(), URL).title


def test_bylines_may_lie_in_one_another_around_very_many_blanks():
    tree = html.fromstring("<div class=author>" * 150 + "<br> " * 200_000 + "</div>" * 150)
    with budget(BUDGET_S):
        assert authors_of(Head(URL), {}, tree) == ()


@pytest.mark.parametrize("piece", ["<meta itemprop=author content=Ada>", "<h2>News</h2>"])
def test_very_many_marked_places_may_stand_in_an_element_with_a_very_long_class(piece):
    tree = html.fromstring(f"<body><div class='comment logo {'x' * 3_000_000}'>{piece * 20_000}</div></body>")
    with budget(BUDGET_S):
        assert read_marks(tree).marks == ()


def test_linked_data_may_have_very_many_commas_in_a_row():
    with budget(BUDGET_S):
        assert read(["[1" + "," * 60_000 + "]"]).nodes == ()


def test_scripts_may_name_very_many_authors_that_are_none():
    tree = html.fromstring("<body>" + f"<script>{'author=' + chr(34) + '1234' + chr(34) + ';'}</script>" * 500_000)
    with budget(BUDGET_S):
        assert authors_of(Head(URL), {}, tree) == ()


def test_a_site_may_have_very_many_names():
    head = Head(URL, meta={"og:site_name": tuple(f"site {n}" for n in range(100_000))}, title="ab | " * 200)
    with budget(BUDGET_S):
        assert decide_title(
            title_claims(head, {}, read_marks(html.fromstring("<p>a</p>"))), title_sites(head, {})
        ).value


def test_a_page_that_states_no_date_may_hold_very_many_links_side_by_side():
    links = "".join(f"<span>word</span> <a href=/{n}>link {n}</a> " for n in range(20_000))
    with budget(BUDGET_S):
        page = parse_page(f"<html><body><h1>A title</h1><p>{links}</p></body></html>".encode(), URL)
    assert page.published is None


def test_a_heading_may_hold_very_many_empty_elements_and_much_white_space():
    inside = "<i></i>" + " " * 2_000_000 + "<i></i>" * 20_000 + "Old harbour <b class=subtitle>quay</b>"
    tree = html.fromstring(f"<html><body><h1>{inside}</h1></body></html>")
    with budget(BUDGET_S):
        (heading,) = read_marks(tree).headings
    assert heading.text == "Old harbour"
