"""Which places of a page are read for which fact, and which are not."""

import pytest

from newswire.domain.articles.facts.page_claims import FeedFacts, decide, with_feed
from newswire.parsing.pages.page import parse_page
from support.pages import page

URL = "https://www.gazette.example/news/pier"
ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Pier comes back"}


def read(head="", body="", url=URL, **parts):
    return parse_page(page(head, body, **parts).encode(), url)


def sources(claims):
    return {claim.source for claim in claims}


def with_body(body, head=""):
    source = f"<!doctype html><html lang=en><head><title>Pier comes back</title>{head}</head><body>{body}</body></html>"
    return parse_page(source.encode(), URL)


TEXT = "<p>" + "The council voted on Monday to rebuild its old pier, years after a storm took it. " * 4 + "</p>"
HEADLINE = "<h1>Pier comes back to the harbour town</h1>"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:title" content="Pier &amp;#{digits}; back">',
        '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Pier &#{digits}; back"}}</script>',
        '<script type="application/ld+json">{{"@type": "NewsArticle", "image": "/a?&#{digits};"}}</script>',
    ],
)
def test_a_reference_with_more_digits_than_a_number_may_have_costs_no_article(head):
    assert with_body(HEADLINE + TEXT, head.format(digits="9" * 5_000)).text


def test_the_feeds_claims_are_weighed_where_the_page_is_read():
    source = f"<html><body>{HEADLINE}{TEXT}</body></html>".encode()
    stated = FeedFacts("Pier comes back", ("Nora Quill",), None, "second", None, "second")
    found = parse_page(source, URL, stated=stated)
    assert found.facts == decide(with_feed(parse_page(source, URL).claims, stated))
    assert [name.text for name in found.facts.authors.value] == ["Nora Quill"]


# ------------------------------------------------------------------ authors
@pytest.mark.parametrize(
    ("author", "names"),
    [
        ([[{"@type": "Person", "name": "Nora Quill"}, {"name": "Otto Brandel"}]], ("Nora Quill", "Otto Brandel")),
        ({"@type": ["Person"], "name": {"@type": "Person", "name": "Nora Quill"}}, ("Nora Quill",)),
        ({"@type": "Person", "givenName": "Nora", "familyName": "Quill"}, ("Nora Quill",)),
        ({"@type": "Person", "name": "Si&amp;aacute;n O&amp;#039;Dowd"}, ("Sián O'Dowd",)),
        ({"@type": "Person", "name": "De Wet Marten"}, ("De Wet Marten",)),
        ({"@type": "Person", "name": "Christopher Guest"}, ("Christopher Guest",)),
        ({"@type": "Person", "name": "Import Feed"}, ()),
        ("Nora Quill, Political Analyst and Otto Brandel, Wirtschaftskorrespondent", ("Nora Quill", "Otto Brandel")),
    ],
)
def test_linked_data_names_its_authors_in_many_forms(author, names):
    assert read(linked={**ARTICLE, "author": author}).authors == names


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="byline">By <a href="/x">Nora Quill</a> | 24 November 2026</div>',
        "<p>By <b>Nora Quill</b></p>",
        '<span><a href="/author/nora-quill">Nora Quill</a></span>',
        '<a rel="author" href="/x">Nora Quill</a>',
        '<div itemprop="author" itemscope><span itemprop="name">Nora Quill</span> <i>Editor</i></div>',
        '<div class="article__author"><span>Nora Quill</span><span>Senior editor</span></div>',
        '<div class="author_info">By <span class="author">Nora Quill</span> | <a href="/m">n@g.example</a></div>',
    ],
)
def test_a_byline_near_the_headline_is_read(byline):
    assert with_body(f"<main>{HEADLINE}{byline}{TEXT}</main>").authors == ("Nora Quill",)


@pytest.mark.parametrize("around", ["has-sidebar comments-open", "node--promoted", "theiaStickySidebar"])
def test_what_stands_around_the_headline_is_no_box_of_others_whatever_its_class(around):
    body = f'{HEADLINE}<p class="byline">By Nora Quill</p>{TEXT}'
    assert with_body(f'<article class="{around}">{body}</article>').authors == ("Nora Quill",)


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ('<span class="author vcard"><a class="url fn n" href="/x">noraq</a></span>', ("noraq",)),
        ('<a rel="author" href="/x">Nora</a>', ("Nora",)),
        ('<a href="/author/nora/?from=top">Nora</a>', ("Nora",)),
        ('<a href="/author/17">Nora</a>', ()),
        ('<span class="author">Culture</span>', ()),
        ('<p class="byline">By Gazette Lifestyle Desk</p>', ("Gazette Lifestyle Desk",)),
    ],
)
def test_a_name_of_one_word_needs_the_markup_of_a_name_and_a_desk_is_named(byline, authors):
    assert with_body(f"<main>{HEADLINE}{byline}{TEXT}</main>").authors == authors


@pytest.mark.parametrize(
    ("url", "author", "kind"),
    [
        ("https://harbourly.example/a", "Harbourly", "organisation"),
        ("https://harbour.example/a", "harbour.example", "organisation"),
        ("https://quill.example/a", "Nora Quill", "person"),
    ],
)
def test_an_author_of_the_sites_name_is_an_organisation_but_for_a_persons_own_site(url, author, kind):
    head = f'<meta name="author" content="{author}">'
    source = f"<html lang=en><head><title>Pier comes back</title>{head}</head><body>{HEADLINE}{TEXT}</body></html>"
    claims = parse_page(source.encode(), url).claims.authors
    assert [(name.text, name.kind) for name in claims[0].value] == [(author, kind)]


def test_a_byline_counts_more_than_a_link_to_a_profile_in_the_text():
    body = f'{HEADLINE}<p>By Nora Quill</p><p>The pier, <a href="/staff/otto-brandel">Otto Brandel</a> says.</p>{TEXT}'
    assert with_body(f"<main>{body}</main>").authors == ("Nora Quill",)


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>Pier comes back to town<small>24 November</small></h1>",
        '<h1>Pier comes back to town<h3 class="date">24 November</h3></h1>',
        '<h1>Pier comes back to town <span class="subtitle">A long story</span></h1>',
        '<h1 class="crumb-breadcrumb">Pier back: harbour news</h1><h2>Pier comes back to town</h2>',
        "<h1 data-breadcrumb-headline>Pier back: harbour news</h1><h2>Pier comes back to town</h2>",
    ],
)
def test_a_subtitle_in_a_heading_and_a_heading_in_a_breadcrumb_are_no_headline(heading):
    assert with_body(f"<main>{heading}{TEXT}</main>").title == "Pier comes back to town"


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<div class="comments"><b class="author">Nora Quill</b></div>',
        '<aside class="related"><p class="byline">By Nora Quill</p></aside>',
        '<footer><a rel="author" href="/x">Nora Quill</a></footer>',
        '<figure><figcaption class="author">Nora Quill</figcaption></figure>',
        '<p>Reviewed by <a href="/author/nora-quill">Nora Quill</a></p>',
    ],
)
def test_a_name_of_somebody_else_is_no_author(elsewhere):
    assert with_body(f"<main>{HEADLINE}{TEXT}{elsewhere}</main>").authors == ()


def test_the_writer_in_the_labels_for_twitter_is_read():
    labels = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Nora Quill">'
    assert with_body(f"{HEADLINE}{TEXT}", labels).authors == ("Nora Quill",)
    minutes = labels.replace("Written by", "Reading time")
    assert with_body(f"{HEADLINE}{TEXT}", minutes).authors == ()


def test_what_a_pages_scripts_say_counts_where_they_agree_and_nothing_else_speaks():
    script = '<script>dataLayer.push({"author": "Nora Quill"})</script>'
    assert with_body(HEADLINE + TEXT + script).authors == ("Nora Quill",)
    assert with_body(HEADLINE + TEXT + script + script.replace("Nora", "Otto")).authors == ()


def test_a_reporter_who_signs_below_a_korean_text_is_read():
    source = "<html lang=ko><body><h1>초등학교 신입생 다섯 명 맞았다</h1><p>" + "학교는 문을 닫을 예정이었다. " * 9
    assert parse_page(f"{source}</p><p>김하늘 기자 sky@d.example</p>".encode(), URL).authors == ("김하늘",)


# ------------------------------------------------------------------ titles
def test_a_logo_is_no_headline_and_a_kicker_in_the_heading_is_none_of_it():
    logo = '<header><h1 class="site-title"><a href="/">Harbour Gazette</a></h1></header>'
    assert with_body(f'{logo}<h2 class="post-title">Pier comes back</h2>{TEXT}').title == "Pier comes back"
    kicker = '<h1><span class="kicker">Harbour town</span> Pier comes back at last</h1>'
    assert with_body(kicker + TEXT, '<meta property="og:title" content="Pier comes back at last">').title == (
        "Pier comes back at last"
    )


def test_a_publisher_that_is_only_referred_to_still_names_the_site():
    linked = {
        "@graph": [
            {"@type": "Organization", "@id": "#o", "name": "Spa Town Observer"},
            {"@type": "Article", "headline": "", "publisher": {"@id": "#o"}},
        ]
    }
    head = '<meta property="og:title" content="Beavers blamed for dry fountains - Spa Town Observer">'
    source = page(head, linked=linked).replace("<h1>Harbour town votes to rebuild its pier</h1>", "")
    assert parse_page(source.encode(), URL).title == "Beavers blamed for dry fountains"


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    ("mark", "stated"),
    [
        ('<time itemprop="datePublished" datetime="2026-11-24T23:55:00-07:00">24.11.</time>', "2026-11-25T06:55"),
        ('<abbr itemprop="datePublished" title="2026-11-24T03:55:00-07:00">3:55 AM</abbr>', "2026-11-24T10:55"),
        ('<meta itemprop="datePublished" content="2026-11-24">', "2026-11-24T00:00"),
        ('<time datetime="2026-11-24">24 November</time>', "2026-11-24T00:00"),
        ('<p class="date">24 November 2026</p>', "2026-11-24T00:00"),
        ("<p>24 November 2026 · Nora Quill</p>", "2026-11-24T00:00"),
    ],
)
def test_a_date_near_the_headline_is_read(mark, stated):
    found = with_body(f"<main>{HEADLINE}{mark}{TEXT}</main>").published
    assert found is not None
    assert found.value.isoformat().startswith(stated)


@pytest.mark.parametrize(
    "other",
    [
        '<div class="event-box"><time datetime="2019-05-04">4 May 2019</time></div>',
        '<aside class="related"><time datetime="2019-05-04">4 May 2019</time></aside>',
        '<div class="comment"><time datetime="2019-05-04">4 May 2019</time></div>',
        '<p>Updated: <time datetime="2019-05-04">4 May 2019</time></p>',
        '<time itemprop="dateModified" datetime="2019-05-04">4 May 2019</time>',
    ],
)
def test_the_date_of_something_else_is_no_claim_of_the_publication(other):
    found = with_body(f"<main>{HEADLINE}{other}{TEXT}</main>").claims.published
    assert not sources(found) & {"time", "dateline", "line", "microdata"}


@pytest.mark.parametrize(
    "change",
    [
        "<p>Updated 4 May 2026</p>",
        "<p><span>Last updated</span> <span>on</span> <span>4 May 2026</span></p>",
        '<p><span>Last updated:</span> <span class="date">4 May 2026</span></p>',
        '<p>Last updated: <time datetime="2026-05-04">4 May 2026</time></p>',
        '<p class="meta"><b>Updated on</b><br>4 May 2026</p>',
    ],
)
def test_a_day_that_a_label_calls_a_change_is_the_last_change_and_no_publication(change):
    found = with_body(f"<main>{HEADLINE}{change}{TEXT}</main>")
    assert not sources(found.claims.published) & {"time", "dateline", "line"}
    assert [claim.value.value.isoformat()[:10] for claim in found.claims.modified] == ["2026-05-04"]


def test_of_two_days_with_labels_each_is_read_as_its_own_label_says():
    labels = "<p><b>Last updated:</b> <i>4 May 2026</i></p><p><b>Published:</b> <i>9 March 2025</i></p>"
    found = with_body(f"<main>{HEADLINE}{labels}{TEXT}</main>")
    assert found.published is not None
    assert found.published.value.year == 2025


def test_a_day_without_a_months_name_is_read_by_the_pages_language():
    source = f"<html lang=es><body><h1>El mercado reabre hoy</h1><div class=fecha>03/11/2026 12:40</div>{TEXT}"
    found = parse_page(source.encode(), URL).published
    assert found is not None
    assert found.value.isoformat()[:10] == "2026-11-03"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/11/24/pier", "2026-11-24"),
        ("/2026/nov/24/pier", "2026-11-24"),
        ("/news/pier-2026-11-24.html", "2026-11-24"),
        ("/20261124-pier", "2026-11-24"),
    ],
)
def test_a_date_in_the_address_is_a_claim(path, day):
    claims = parse_page(page().encode(), f"https://www.gazette.example{path}").claims.published
    assert [claim.value.value.isoformat()[:10] for claim in claims if claim.source == "url"] == [day]


def test_the_state_of_a_single_page_application_dates_it():
    script = '<script id="__NEXT_DATA__">{"publishedAt":"2026-11-24T08:15:00Z"}</script>'
    found = with_body(HEADLINE + TEXT + script)
    assert "script" in sources(found.claims.published)
    assert "script" not in sources(
        with_body(HEADLINE + TEXT + script + script.replace("-24T", "-21T")).claims.published
    )


def test_a_recipe_is_an_article_too():
    linked = {"@type": "Recipe", "name": "Pear tart", "datePublished": "2026-11-24T08:15:00Z"}
    assert sources(read(linked=linked).claims.published) >= {"json-ld"}


# ------------------------------------------------------------------ rights
def test_robots_words_about_archives_and_indexes_are_rights():
    rights = read('<meta name="robots" content="noindex, NOARCHIVE">').rights
    assert (rights.archiving_allowed, rights.indexing_allowed, rights.tdm_reserved) == (False, False, None)
    policy = read('<meta name="tdm-policy" content="/policy.json">').rights
    assert (policy.tdm_policy, policy.archiving_allowed) == ("https://www.gazette.example/policy.json", None)
