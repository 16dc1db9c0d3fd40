"""Which address an entry's page has, in documents whose links are not what their format asks for."""

import json

import pytest

from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.parsing.feeds.document import parse_feed

URL = "https://feeds.press.example/x/rss.xml"
SITE = "https://www.courier.example/"


def rss(item: str, *, channel: str = f"<link>{SITE}</link>", attributes: str = "") -> ParsedEntry:
    body = f'<rss version="2.0" {attributes}><channel><title>T</title>{channel}<item>{item}</item></channel></rss>'
    return parse_feed(body.encode(), URL).entries[0]


def atom(entry: str, *, head: str = "", attributes: str = "") -> ParsedEntry:
    body = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>T</title>{head}<entry>{entry}</entry></feed>'
    return parse_feed(body.encode(), URL).entries[0]


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        (rss("<link>/a/7</link>"), "https://www.courier.example/a/7"),
        (rss("<link>a/7</link>", channel="<link>https://www.courier.example/b/</link>"), f"{SITE}b/a/7"),
        (rss("<link>/a/7</link>", channel="<link>/</link>"), "https://feeds.press.example/a/7"),
        (rss("<link>/a/7</link>", channel=""), "https://feeds.press.example/a/7"),
        (rss("<link>/a/7</link>", attributes='xml:base="https://base.example/b/"'), "https://base.example/a/7"),
        (rss("<link>a</link>", attributes=f'xml:base="{URL}"'), "https://feeds.press.example/x/a"),
        (rss("<link>a</link>", attributes='xml:base="/y/"'), "https://feeds.press.example/y/a"),
        (rss('<link xml:base="/y/">a</link>'), "https://feeds.press.example/y/a"),
        (rss("<link>N/A</link><guid>https://g.example/1</guid>"), "https://g.example/1"),
        (rss('<link>#</link><guid isPermaLink="false">https://g.example/1</guid>'), "https://g.example/1"),
        (rss("<guid>https://g.example/1</guid><link> </link>"), "https://g.example/1"),
        (rss("<link>N/A</link>", attributes='xml:base="https://base.example/b/"'), None),
        (rss('<link>/a/7</link><guid isPermaLink="false">https://g.example/1</guid>'), f"{SITE}a/7"),
        (rss('<guid isPermaLink="false">urn:1</guid>'), None),
        (rss(f'<guid isPermaLink="false">{URL}</guid>'), None),
        (rss("<link>www.courier.example/a/9</link>"), f"{SITE}a/9"),
        (atom('<link href="/a/7"/>', head=f'<link href="{SITE}"/>'), f"{SITE}a/7"),
        (atom('<link href="/a/7"/>', head=f"<id>{SITE}</id>"), "https://feeds.press.example/a/7"),
        (atom('<link rel="self" href="/a/7"/>', head=f'<link href="{SITE}"/>'), f"{SITE}a/7"),
        (
            atom('<link rel="self" href="https://s.example/7"/><link href="https://a.example/7"/>'),
            "https://a.example/7",
        ),
        (atom('<id>https://i.example/7</id><link rel="self" href="https://s.example/7"/>'), "https://i.example/7"),
        (atom(f'<link rel="self" href="{URL}"/>'), None),
        (atom('<link rel="via" href="https://v.example/7"/>'), None),
    ],
)
def test_an_entrys_page_is_the_best_address_that_it_has(entry: ParsedEntry, address: str | None) -> None:
    assert entry.url == address


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ({"id": "https://j.example/1"}, "https://j.example/1"),
        ({"id": "https://j.example/1", "url": "/2"}, f"{SITE}2"),
        ({"id": "https://j.example/1", "external_url": "https://o.example/"}, "https://o.example/"),
        ({"id": "/1"}, None),
    ],
)
def test_a_json_feeds_id_stands_in_for_a_missing_address_if_it_is_one(
    item: dict[str, str], address: str | None
) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": SITE, "items": [item]}
    assert parse_feed(json.dumps(feed).encode(), URL).entries[0].url == address


def test_the_text_of_an_entry_whose_address_is_a_guess_is_its_content() -> None:
    guessed = rss('<guid isPermaLink="false">https://g.example/1</guid><description>Words.</description>')
    named = rss("<guid>https://g.example/1</guid><description>Words.</description>")
    assert (guessed.content, guessed.summary, named.content, named.summary) == ("Words.", None, None, "Words.")


def test_an_image_is_resolved_against_the_same_base_as_the_link() -> None:
    item = '<link>/a</link><enclosure url="/i.png" type="image/png" length="1"/>'
    assert rss(item).image == f"{SITE}i.png"


def test_links_of_broken_documents_are_resolved_alike() -> None:
    assert rss("<link>/a/7</link><description>a & b <br></description>").url == f"{SITE}a/7"


def test_nothing_stands_in_for_the_link_of_an_entry_that_is_cut_off() -> None:
    whole = '<item><title>A</title><guid isPermaLink="false">https://g.example/1</guid></item>'
    body = f'<rss version="2.0"><channel>{whole}{whole.removesuffix("</item>")}'
    assert [entry.url for entry in parse_feed(body.encode(), URL).entries] == ["https://g.example/1", None]
