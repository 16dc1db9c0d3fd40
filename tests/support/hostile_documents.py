"""Feeds and pages that mean harm, each with the outcome that parsing has to have.

What tests/contract/test_hostile_documents.py holds to and tests/bench/hostile.py measures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.page import parse_page

URL = "https://news.example/a"
SIZE = 5_000_000
"""About what the fetcher lets through."""

Parse = Callable[..., ParsedFeed | ParsedPage]


@dataclass(frozen=True, slots=True)
class Document:
    """One document."""

    name: str
    parse: Parse
    body: Callable[[], bytes]
    outcome: frozenset[str]
    """What may come of it: ``read``, or the reason of a `Reject`."""


DOCUMENTS: list[Document] = []


def feed(name: str, *outcomes: str) -> Callable[[Callable[[], str]], Any]:
    """Note a feed."""

    def note(make: Callable[[], str]) -> None:
        DOCUMENTS.append(Document(f"feed: {name}", parse_feed, lambda: make().encode(), frozenset(outcomes)))

    return note


def page(name: str, *outcomes: str) -> Callable[[Callable[[], str]], Any]:
    """Note a page."""

    def note(make: Callable[[], str]) -> None:
        DOCUMENTS.append(Document(f"page: {name}", parse_page, lambda: make().encode(), frozenset(outcomes)))

    return note


def rss(inside: str, before: str = "", item: str = "") -> str:
    """A feed of three entries, with something before it, in its channel, in its second entry."""
    items = "".join(f"<item><title>S{n}</title><link>{URL}/{n}</link>{item if n == 1 else ''}</item>" for n in range(3))
    return f'{before}<rss version="2.0"><channel><title>T</title>{inside}{items}</channel></rss>'


def html(inside: str, head: str = "") -> str:
    """A page with a paragraph, and something in its body and its head."""
    text = "<p>" + "It is a sentence of a real article about the harbour. " * 20 + "</p>"
    return f"<!doctype html><html lang=en><head><title>T</title>{head}</head><body>{inside}<article>{text}</article>"


def _laughs(text: str, steps: int = 9) -> str:
    steps_ = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, steps + 1))
    return f'<!DOCTYPE rss [<!ENTITY b0 "{text}">{steps_}]>'


def sitemap(inside: str, before: str = "") -> str:
    """A sitemap of one page and whatever else."""
    return f"{before}<urlset><url><loc>{URL}</loc></url>{inside}</urlset>"


feed("a billion laughs", "read")(lambda: rss("&b9;", _laughs("ha")))
feed("a billion laughs in an attribute", "read")(lambda: rss('<x y="&b9;"/>', _laughs("ha")))
feed("one long entity many times", "read")(
    lambda: rss("&b0;" * 20_000, f'<!DOCTYPE rss [<!ENTITY b0 "{"x" * 100_000}">]>')
)
feed("an entity that holds itself", "read")(lambda: rss("&a;", '<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'))
feed("parameter entities", "read")(
    lambda: rss(
        "&b;", "<!DOCTYPE rss [<!ENTITY % a '" + '<!ENTITY b "' + "x" * 10_000 + "\">'>" + "%a;" * 10_000 + "]>"
    )
)
feed("elements 100,000 deep", "read", "too-slow")(lambda: rss("<a>" * 100_000 + "</a>" * 100_000))
feed("elements 1,000,000 deep and never closed", "read", "too-slow")(lambda: rss("<a>" * 1_000_000))
feed("markup 100,000 deep in a text", "read", "too-slow")(
    lambda: rss("", item="<description>" + "&lt;div&gt;" * 100_000 + "</description>")
)
feed("markup 100,000 deep in xhtml", "read", "too-slow")(
    lambda: rss(
        "", item="<content type='xhtml' xmlns='http://www.w3.org/2005/Atom'>" + "<div>" * 100_000 + "</content>"
    )
)
feed("100,000 attributes", "read", "too-slow")(
    lambda: rss("<a " + " ".join(f'b{n}="c"' for n in range(100_000)) + "/>")
)
feed("100,000 namespaces", "read", "too-slow")(
    lambda: rss("<a " + " ".join(f'xmlns:b{n}="c{n}"' for n in range(100_000)) + "/>")
)
feed("an attribute of 5 MB", "read", "too-slow")(lambda: rss(f'<a b="{"c" * SIZE}"/>'))
feed("a title of 5 MB", "read")(lambda: rss("", item=f"<title>{'t' * SIZE}</title>"))
feed("a title of 5 MB of markup", "read", "too-slow")(lambda: rss("", item=f"<title>{'&lt;b' * (SIZE // 5)}</title>"))
feed("40,000 entries", "read", "too-slow")(
    lambda: rss("<item><title>S</title><link>https://a.test/</link></item>" * 40_000)
)
feed("tags in a text whose quotes do not close", "read")(
    lambda: rss("", item="<description>" + '&lt;/aa" "' * 400_000 + "</description>")
)
feed("as many authors as entries", "read")(
    lambda: (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>"
        + "".join(f"<author><name>Ada {n}</name></author>" for n in range(4_000))
        + "".join(f"<entry><id>{n}</id><title>S</title></entry>" for n in range(4_000))
        + "</feed>"
    )
)
feed("a date of 1 MB", "read", "too-slow")(lambda: rss("", item=f"<pubDate>{'1 ' * 500_000}</pubDate>"))
feed("JSON 100,000 deep", "not-a-feed")(
    lambda: '{"version": "https://jsonfeed.org/version/1.1", "items": ' + "[" * 100_000
)
feed("a JSON number of 1,000,000 digits", "read")(
    lambda: '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ' + "9" * 1_000_000 + "}]}"
)
page("elements 100,000 deep", "read")(lambda: html("<div>" * 100_000))
page("elements 1,000,000 deep", "read", "too-slow", "too-big")(lambda: html("<b>" * 1_000_000))
page("lists 100,000 deep", "read", "too-slow")(lambda: html("<ul><li>" * 100_000))
page("tables 50,000 deep", "read", "too-slow")(lambda: html("<table><tr><td>" * 50_000))
page("forms and paragraphs that close each other", "read", "too-slow")(lambda: html("<p><form><a><b><i>" * 100_000))
page("1,000,000 empty paragraphs", "read", "too-slow", "too-big")(lambda: html("<p>" * 1_000_000))
page("100,000 attributes", "read", "too-slow")(
    lambda: html("<a " + " ".join(f'b{n}="c"' for n in range(100_000)) + ">")
)
page("a comment of 5 MB that never ends", "read", "too-slow")(lambda: html("<!--" + "-" * SIZE))
page("5 MB of <", "read", "too-slow")(lambda: html("<" * SIZE))
page("5 MB of &", "read", "too-slow")(lambda: html("&" * SIZE))
page("a word of 5 MB", "read", "too-slow")(lambda: html("<p>" + "x" * SIZE))
page("a title of 5 MB", "read", "too-slow")(lambda: html("", f"<title>{'t ' * (SIZE // 2)}</title>"))
page("100,000 meta tags", "read", "too-slow")(
    lambda: html("", "".join(f'<meta name="author" content="Ada Lovelace {n}">' for n in range(100_000)))
)
page("linked data 100,000 deep", "read")(
    lambda: html("", '<script type="application/ld+json">' + "[" * 100_000 + "]" * 100_000 + "</script>")
)
page("linked data 100,000 deep in objects", "read")(
    lambda: html("", '<script type="application/ld+json">' + '{"@graph":' * 100_000 + "1" + "}" * 100_000 + "</script>")
)
page("a linked date of 1 MB", "read", "too-slow")(
    lambda: html("", f'<meta property="article:published_time" content="{"2026-01-01T" * 100_000}">')
)
page("100,000 comments side by side before it", "read")(lambda: "<!--[-->" * 100_000 + html(""))
page("comments and blanks before it, the last one never closed", "not-html", "read")(
    lambda: "<!-- a -->\n <!---->" * 100_000 + "<!-- " + html("")
)
page("5 MB of blanks before it", "read")(lambda: " \t\n" * (SIZE // 3) + html(""))
page("8 KB of charset declarations that name none", "read")(
    lambda: html("", "<meta " * 500 + "charset=" + " " * 4_000 + "'" + " " * 1_000 + ">")
)
page("a word of 1,000,000 joiners", "read")(lambda: html("<p>a" + "\u200d" * 1_000_000 + "a</p>"))
page("a line of 1,000,000 dashes between two letters", "read")(lambda: html("<p>a" + "-" * 1_000_000 + "a</p>"))
page("authors' names of brackets, and of 100,000 words", "read")(
    lambda: html(
        "",
        '<script type="application/ld+json">{"@type": "NewsArticle", "author": ["' + "(" * 200_000 + '", "'
        "" + "Ada " * 100_000 + '"]}</script>',
    )
)
page("bylines 150 deep over 500 KB of text", "read")(
    lambda: html("<div class=author>" * 150 + "a sentence. " * 40_000 + "</div>" * 150)
)
page("300,000 linked values in a row", "read")(
    lambda: html("", '<script type="application/ld+json">' + "{} " * 300_000 + "</script>")
)
page("a linked list of 1,000,000 numbers", "read")(
    lambda: html("", '<script type="application/ld+json">[' + "1," * 1_000_000 + "1]</script>")
)
page("a base of 1 MB and 20,000 licences", "read")(
    lambda: html("<a rel=license href=/a>a</a>" * 20_000, f'<base href="https://a.example/{"b" * 1_000_000}">')
)
page("entities of XML", "read")(
    lambda: "<?xml version='1.0'?>" + _laughs("ha").replace("rss", "html") + html("<p>&b9;</p>")
)

feed("a sitemap's billion laughs", "read")(lambda: sitemap("<url><loc>&b9;</loc></url>", _laughs("ha")))
feed("a sitemap of more rows than the protocol has", "read")(lambda: sitemap("<url><loc>/a</loc></url>" * (SIZE // 24)))
feed("a sitemap of rows that are not closed", "read")(lambda: sitemap("<url>" * (SIZE // 5)))
feed("a sitemap of ampersands", "read")(lambda: sitemap("<url><loc>" + "&" * SIZE))
feed("a sitemap of one row with millions of keywords", "read")(
    lambda: sitemap("<url><loc>/a</loc><news><keywords>" + "a," * (SIZE // 2) + "</keywords></news></url>")
)
feed("a sitemap as deep as it is long", "read")(lambda: sitemap("<a>" * (SIZE // 3)))
feed("a sitemap of dates that are none", "read")(
    lambda: sitemap("<url><loc>/a</loc><lastmod>1 x 99999 12:1:1 y 1 z 2026</lastmod></url>" * (SIZE // 70))
)
