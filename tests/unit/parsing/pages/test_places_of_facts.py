"""Where on a page a byline and a date are found that no markup names, and whose names count."""

import pytest
from lxml import etree, html

from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.names import Name
from newswire.parsing.pages.page import parse_page
from newswire.parsing.pages.seen_authors import with_unseen_doubted

URL = "https://www.gazette.example/news/pier"
TEXT = "<p>" + "The council voted on Monday to rebuild its old pier, years after a storm took it. " * 4 + "</p>"
HEADLINE = "<h1>Pier comes back to the harbour town</h1>"


def read(body, head="", language="en"):
    title = "<title>Pier comes back to the harbour town</title>"
    source = f"<!doctype html><html lang={language}><head>{title}{head}</head><body>{body}</body></html>"
    return parse_page(source.encode(), URL)


def day(found):
    return found.published and found.published.value.isoformat()[:10]


@pytest.mark.parametrize(
    "byline",
    [
        "<div><time>24 November</time> by Nora Quill</div>",
        "<div><small>Culture</small> by <a href=/x>Nora Quill</a> in <i>News</i></div>",
        "<div>Culture<br>By Nora Quill</div>",
        '<div><svg></svg>By <a href="/x">Nora Quill</a></div>',
    ],
)
def test_a_byline_behind_an_element_is_read(byline):
    assert read(f"<main>{HEADLINE}{byline}{TEXT}</main>").authors == ("Nora Quill",)


def test_a_by_in_the_running_text_is_no_byline():
    running = f"<p><i>The Long Pier</i> by Nora Quill is {'a book on everybody who ever walked on it, ' * 5}</p>"
    assert read(f"<main>{HEADLINE}{running}{TEXT}</main>").authors == ()


@pytest.mark.parametrize(
    "line",
    [
        "<div><small>Photo</small> by Carl Lens</div>",
        "<div>Photography:<br>By Carl Lens</div>",
        "<p><small>Medically reviewed</small> by Carl Lens</p>",
        "<p><small>Presented</small> by Lens Motors</p>",
        "<p><i>The Long Pier</i> by Carl Lens</p>",
    ],
)
def test_a_line_that_names_somebody_who_did_not_write_the_article_is_no_byline(line):
    assert read(f"<main>{HEADLINE}{line}{TEXT}</main>").authors == ()


@pytest.mark.parametrize("line", ["<p>24 November 2026</p>", "<p><b>Date</b><br>24 November 2026</p>"])
@pytest.mark.parametrize("above", [True, False])
def test_a_day_right_before_or_behind_the_headline_is_read(line, above):
    body = f"{line}{HEADLINE}" if above else f"{HEADLINE}{line}"
    claims = read(f"<main>{body}{TEXT}</main>").claims.published
    assert [(claim.source, claim.value.value.day) for claim in claims] == [("line", 24)]


def test_the_day_in_the_head_of_the_page_counts_less_than_one_at_the_headline():
    head = f'<div class="date">Saturday, 28 November 2026</div>{"<p>News</p>" * 14}'
    assert day(read(f"{head}<main>{HEADLINE}<p>24 November 2026</p>{TEXT}</main>")) == "2026-11-24"


def test_the_headline_is_the_heading_that_says_the_pages_title():
    more = f'<p class="byline">Nora Quill</p>{TEXT * 80}<h1>More about our expert</h1>'
    assert read(f"<main>{HEADLINE}{more}</main>").authors == ("Nora Quill",)


@pytest.mark.parametrize(
    "byline",
    [
        (
            '<div class="elementor-widget-post-info"><ul><li class="elementor-icon-list-item">'
            '<span class="elementor-icon-list-text item--type-author">By Nora Quill</span></li></ul></div>'
        ),
        '<ul><li class="authors__list-item">Nora Quill</li></ul>',
        '<aside class="post-author">Nora Quill</aside>',
    ],
)
def test_the_parts_of_page_builders_and_boxes_at_the_headline_hold_bylines(byline):
    assert read(f"<main>{HEADLINE}{byline}{TEXT}</main>").authors == ("Nora Quill",)


def test_an_anchor_with_by_in_it_is_no_byline():
    assert read(f'<main>{HEADLINE}{TEXT}<h2><span id="Room-by-room">Tidy Harbour</span></h2></main>').authors == ()


def test_a_byline_with_its_day_and_reading_time_in_pieces_of_their_own_is_read():
    pieces = "".join(
        f"<span class='author__{number}'>{text}</span>"
        for number, text in enumerate(("Culture", "Nora Quill", "24 November", "15:36", "3 Min", "Share"))
    )
    assert read(f"<main>{HEADLINE}<div>{pieces}</div>{TEXT}</main>").authors == ("Nora Quill",)


def test_a_link_that_is_marked_up_as_the_authors_counts_however_far_it_is():
    links = '<a rel="author" href="/x">Nora Quill</a> and <a rel="author" href="/y">Bo Reed</a>'
    assert read(f"<main>{HEADLINE}{TEXT * 200}{links}</main>").authors == ("Nora Quill", "Bo Reed")


def test_links_with_several_names_far_below_the_headline_are_those_of_other_articles():
    others = "".join(
        f'<h3><a href="/s">Story</a></h3><a rel="author" href="/x">{name}</a>' for name in ("Ann Oakes", "Bo Reed")
    )
    assert read(f"<main>{HEADLINE}{TEXT * 200}</main><section>{others}</section>").authors == ()


def test_of_a_long_box_about_the_author_the_beginning_is_read():
    box = f'<div class="author-box"><div class="author-text"><b>Nora Quill</b>{TEXT}</div></div>'
    assert read(f"<main>{HEADLINE}{TEXT * 200}{box}</main>").authors == ("Nora Quill",)


BYLINE = '<p class="byline">By Nora Quill</p>'
ACCOUNT = '<meta name="author" content="Otto Brandel">'


def linked(name):
    author = f'"author": {{"@type": "Person", "name": "{name}"}}'
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Pier", {author}}}</script>'


@pytest.mark.parametrize(
    ("head", "more", "authors"),
    [
        (ACCOUNT, "", ("Nora Quill",)),
        (ACCOUNT + linked("Otto Brandel"), "", ("Nora Quill",)),
        (linked("Otto Brandel"), "", ("Otto Brandel",)),
        (ACCOUNT, "<p>Photo: O. Brandel</p>", ("Otto Brandel",)),
        (ACCOUNT, "<script>let writer = 'Otto Brandel'</script>", ("Nora Quill",)),
    ],
)
def test_the_account_in_the_tags_that_no_reader_sees_loses_to_a_byline(head, more, authors):
    assert read(f"<main>{HEADLINE}{BYLINE}{TEXT}{more}</main>", head).authors == authors


class Counting(html.HtmlElement):
    """Counts the elements that walks over any tree of its kind come by."""

    walked = 0

    def iter(self, *tags):
        for element in super().iter(*tags):
            Counting.walked += 1
            yield element


def test_what_no_reader_sees_is_walked_over_once_however_deep_it_stands_in_itself():
    parser = html.HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=Counting))
    page = f"<body>{'<template>' * 100}{'<b>x</b>' * 100}{'</template>' * 100}<p>By Nora Quill</p></body>"
    tree = html.document_fromstring(page, parser=parser)
    claims = [
        Claim((Name(name, "person"),), source, 0.8)
        for name, source in (("Otto Brandel", "meta"), ("Nora Quill", "byline"))
    ]
    Counting.walked = 0
    tagged, shown = with_unseen_doubted(tuple(claims), tree)
    assert tagged.confidence < shown.confidence
    assert Counting.walked < 3 * 205


def test_the_day_of_the_next_review_is_no_publication():
    due = '<p class="date">Next review due: 24 November 2029</p>'
    assert read(f"<main>{HEADLINE}{due}{TEXT}</main>").claims.published == ()
