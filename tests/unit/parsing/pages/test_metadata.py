"""What a page says of itself, and which of its statements is believed."""

from datetime import UTC, datetime

import pytest

from newswire.events import Dated
from newswire.parsing.pages.date_claims import parse_moment
from newswire.parsing.pages.page import parse_page
from support.pages import page

URL = "https://www.gazette.example/news/pier"
ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle"}


def read(head="", body="", url=URL, **parts):
    return parse_page(page(head, body, **parts).encode(), url)


def meta(**names):
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in names.items())


# ------------------------------------------------------------------ title
def test_two_statements_that_agree_give_the_title():
    linked = {**ARTICLE, "headline": "Pier &amp; people: Harbour town votes to rebuild its pier"}
    found = read(
        meta(
            og__title="Pier & people: Harbour town votes to rebuild its pier | The Gazette", og__site_name="The Gazette"
        ),
        linked=linked,
    )
    assert found.title == "Pier & people: Harbour town votes to rebuild its pier"


def test_a_heading_that_others_vouch_for_is_the_title_and_a_section_name_is_not():
    assert read(meta(og__title="Harbour town: the pier comes back")).title == "Harbour town votes to rebuild its pier"
    for section in ("Local news", "All that happens along our coast"):
        source = page(meta(og__title="Pier comes back at last")).replace(
            "<h1>Harbour town votes to rebuild its pier</h1>", f"<h1>{section}</h1>"
        )
        assert parse_page(source.encode(), URL).title == "Pier comes back at last"


# ------------------------------------------------------------------ authors
@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "Jane Doe"}, ("Jane Doe",)),
        ([{"name": "Jane Doe"}, {"name": "Li Wei"}], ("Jane Doe", "Li Wei")),
        ("By Jane Doe and John Roe, The Gazette", ("Jane Doe", "John Roe")),
        ({"name": ["Jane Doe", "John Roe"]}, ("Jane Doe", "John Roe")),
        ({"name": "Jane Doe (jd)"}, ("Jane Doe",)),
        ({"name": "Gazette Staff"}, ("Gazette Staff",)),
        ([{"name": "Gazette Staff"}, {"name": "Jane Doe"}], ("Jane Doe",)),
        ({"name": "Staff Writer"}, ()),
        ({"@type": "Organization", "name": "The Gazette"}, ("The Gazette",)),
        ([{"@type": "Organization", "name": "Harbour Board"}, {"name": "Jane Doe"}], ("Jane Doe",)),
        ({"@type": "Organization", "name": "Associated Press"}, ("Associated Press",)),
        ({"name": "https://gazette.example/jane"}, ()),
        ({"name": "jane@gazette.example"}, ()),
        ({"name": ", The Gazette"}, ()),
        ({"name": "山田太郎"}, ("山田太郎",)),
        ({"@id": "#jane"}, ("Jane Doe",)),
        ("", ()),
    ],
)
def test_authors_are_people_and_agencies(author, names):
    linked = {
        "@graph": [
            {**ARTICLE, "headline": "x", "author": author, "publisher": {"name": "The Gazette"}},
            {"@id": "#jane", "@type": "Person", "name": "Jane Doe"},
        ]
    }
    assert read(linked=linked).authors == names


def test_without_linked_data_the_author_is_the_tags_or_the_bylines():
    assert read('<meta name="author" content="Jane Doe">').authors == ("Jane Doe",)
    assert read(body='<span class="article__author">By Jane Doe</span>').authors == ("Jane Doe",)
    commenters = "".join(f'<b itemprop="author">Reader Number{letter}</b>' for letter in "ABCDEF")
    assert read(body=commenters).authors == ()


# ------------------------------------------------------------------ dates
def at(*parts, source, precision="second", offset=None):
    return Dated(value=datetime(*parts, tzinfo=UTC), source=source, precision=precision, offset_minutes=offset)


def without_zone(stated):
    return stated and stated.model_copy(update={"offset_minutes": None})


def test_the_date_is_linked_data_then_tags_then_the_address_then_the_text():
    linked = {**ARTICLE, "datePublished": "2024-05-02T10:00:00+02:00", "dateModified": "2024-05-03T10:00:00Z"}
    tag = meta(article__published_time="2024-05-01T08:00:00Z")
    dated = "https://www.gazette.example/2024/04/30/pier"
    text = "<p class=date>Published on <time datetime=2024-04-29>29 April 2024</time></p>"
    found = read(tag, text, dated, linked=linked)
    assert found.published == at(2024, 5, 2, 8, source="json-ld", offset=120)
    assert found.modified == at(2024, 5, 3, 10, source="json-ld", offset=0)
    assert read(tag, text, dated).published == at(2024, 5, 1, 8, source="meta", offset=0)
    assert read("", text, dated).published == at(2024, 4, 30, source="url", precision="day")
    assert read("", text).published == at(2024, 4, 29, source="text", precision="day")


def test_a_change_before_the_publication_is_none():
    linked = {**ARTICLE, "datePublished": "2024-05-02T10:00:00Z", "dateModified": "2024-05-01T10:00:00Z"}
    assert read(linked=linked).modified is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01T23:30:00-05:00", at(2024, 5, 2, 4, 30, source="meta")),
        ("2024-05-01T23:30:00.123456789Z", at(2024, 5, 1, 23, 30, source="meta")),
        ("2024-05-01 23:30:00 +0200", at(2024, 5, 1, 21, 30, source="meta")),
        ("2024-05-01T23:30-0500", at(2024, 5, 2, 4, 30, source="meta")),
        ("2024-05-01T23:30:00+05", at(2024, 5, 1, 18, 30, source="meta")),
        ("Wed, 01 May 2024 23:30:00 GMT", at(2024, 5, 1, 23, 30, source="meta")),
        ("1714606200", at(2024, 5, 1, 23, 30, source="meta")),
        ("1714606200000", at(2024, 5, 1, 23, 30, source="meta")),
        ("20240501T233000Z", at(2024, 5, 1, 23, 30, source="meta")),
        ("20240501", at(2024, 5, 1, source="meta", precision="day")),
        ("2024-5-1", at(2024, 5, 1, source="meta", precision="day")),
        ("2024-05-01T23:30:00", at(2024, 5, 1, source="meta", precision="day")),
        ("2024-05-01T00:00:00+02:00", at(2024, 5, 1, source="meta", precision="day")),
        ("2026-03-02T24:00:00Z", at(2026, 3, 3, source="meta", precision="day")),
        ("2024/05/01 23:30 +0200", at(2024, 5, 1, 21, 30, source="meta")),
        ("1. Mai 2024, 23.30 Uhr", at(2024, 5, 1, source="meta", precision="day")),
        ("1 May 2024 23:30 CEST", at(2024, 5, 1, 21, 30, source="meta")),
        ("1 May 2024 23:30 IST", at(2024, 5, 1, source="meta", precision="day")),
        ("2024年5月1日 23:30", at(2024, 5, 1, source="meta", precision="day")),
        ("2024-13-01", None),
        ("2024-05-01T23:30:00+99:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_are_utc_and_no_more_exact_than_stated(text, moment):
    assert without_zone(parse_moment(text, "meta")) == moment


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2024-05-01T23:30:00-05:00", -300),
        ("2024-05-01T23:30:00+05:30", 330),
        ("2024-05-01T23:30:00Z", 0),
        ("2024-05-01T23:30:00", None),
        ("2024-05-01", None),
        ("2024-05-01T00:00:00+02:00", None),
    ],
)
def test_a_moment_keeps_the_zone_that_its_publisher_states(text, minutes):
    assert parse_moment(text, "meta").offset_minutes == minutes


def test_the_pages_language_and_country_decide_what_a_shared_zone_means():
    tag = meta(article__published_time="1 May 2024 23:30 IST")
    irish = read(tag, url="https://www.gazette.ie/news/pier")
    assert irish.published == at(2024, 5, 1, 22, 30, source="meta", offset=60)


# ------------------------------------------------------------------ links, rights, the rest
def test_links_are_absolute_and_only_http():
    found = read(
        '<base href="https://www.gazette.example/x/"><link rel="canonical" href="../pier">'
        + meta(og__image="/lead.jpg")
    )
    assert (found.canonical_link, found.image) == (
        "https://www.gazette.example/pier",
        "https://www.gazette.example/lead.jpg",
    )
    bad = read(
        '<link rel=canonical href="javascript:alert(1)"><base href="http://[">'
        + meta(og__image="data:image/png;base64,xx", og__url="http://[::1")
    )
    assert (bad.canonical_link, bad.image) == (None, None)
    assert read(meta(og__image="ftp://www.gazette.example/lead.jpg")).image is None
    assert read(meta(og__url="https://other.example/pier")).canonical_link == "https://other.example/pier"


@pytest.mark.parametrize(
    ("head", "reserved"),
    [
        ("", None),
        ('<meta name="tdm-reservation" content="1">', True),
        ('<meta name="tdm-reservation" content="0"><meta name="robots" content="noai">', False),
        ('<meta name="robots" content="index, noai, noimageai">', True),
        ('<meta name="ROBOTS" content="NOML">', True),
        ('<meta name="robots" content="noindex">', None),
    ],
)
def test_a_reservation_of_text_mining_is_read(head, reserved):
    assert read(head).rights.tdm_reserved is reserved


@pytest.mark.parametrize(
    ("stated", "free"),
    [(True, True), ("False", False), ("http://schema.org/True", True), ("maybe", None), (None, None)],
)
def test_free_access_is_what_the_publisher_says(stated, free):
    assert read(linked={**ARTICLE, "isAccessibleForFree": stated}).rights.free_access is free


def test_a_licence_is_linked_data_or_a_link():
    url = "https://creativecommons.org/licenses/by/4.0/"
    assert read(linked={**ARTICLE, "license": url}).rights.licence == url
    assert read(body=f'<a rel="license nofollow" href="{url}">CC</a>').rights.licence == url


def test_the_smaller_facts():
    linked = {
        **ARTICLE,
        "articleSection": ["Local", "local", "Sea"],
        "keywords": "pier, Harbour;town",
        "publisher": {"name": "The Gazette"},
    }
    found = read(
        '<meta name="description" content="In  short."><meta name="keywords" content="Pier,coast">', linked=linked
    )
    assert (found.description, found.site_name) == ("In short.", "The Gazette")
    assert (found.sections, found.tags) == (("Local", "Sea"), ("pier", "Harbour", "town", "coast"))


def test_of_several_articles_in_the_linked_data_the_pages_own_is_taken():
    other = {
        **ARTICLE,
        "headline": "Another story altogether",
        "url": "https://www.gazette.example/other",
        "datePublished": "2020-01-01T10:00:00Z",
    }
    own = {
        **ARTICLE,
        "headline": "Harbour town votes to rebuild its pier",
        "mainEntityOfPage": {"@id": URL + "/?x=1"},
        "datePublished": "2024-01-01T10:00:00Z",
    }
    assert read(linked=[other, own]).published == at(2024, 1, 1, 10, source="json-ld", offset=0)


def test_an_image_address_with_half_a_surrogate_pair_is_none():
    half = '{"@type": "NewsArticle", "image": "https://a.example/\\ud83d.jpg"}'
    head = f'<script type="application/ld+json">{half}</script>'
    assert parse_page(page(head).encode(), "https://a.example/1").image is None
