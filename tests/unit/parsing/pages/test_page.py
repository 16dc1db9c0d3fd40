"""Any bytes become an article or a reasoned refusal."""

import codecs
import json

import pytest

from newswire.errors import Reject
from newswire.parsing.pages.crowded_tags import MAX_ATTRIBUTES, without_crowds
from newswire.parsing.pages.page import parse_page, warm
from newswire.parsing.pages.tree import MAX_DEPTH, parse
from support.growth import budget
from support.pages import PARAGRAPHS, page

URL = "https://www.gazette.example/news/pier"
TEXT = "\n".join(PARAGRAPHS)


def test_a_page_becomes_its_text_without_headline_and_furniture():
    furniture = "<nav><a href=/>Home</a></nav><p>Advertisement</p><footer>All rights reserved</footer>"
    found = parse_page(page(body=furniture).encode(), URL)
    assert found.text == TEXT
    assert found.title == "Harbour town votes to rebuild its pier"
    assert found.language == "en"
    assert found.flags == ()
    assert found.method == "blocks"
    assert found.version


def test_reader_comments_are_not_the_article():
    comments = '<div id="comments" class="comments"><p>I never liked that pier, said nobody but me.</p></div>'
    assert parse_page(page(body=comments).encode(), URL).text == TEXT


@pytest.mark.parametrize("stated", [PARAGRAPHS[0], " ".join(PARAGRAPHS[:2]) + " …"], ids=["teaser", "cut short"])
def test_a_stated_body_that_has_less_than_the_page_shows_cuts_nothing(stated):
    linked = {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": stated}
    assert parse_page(page(linked=linked).encode(), URL).text == TEXT


def test_each_line_of_a_text_has_its_kind():
    body = (
        "<h2>Search for a builder</h2><p>" + "A list of four firms is with the council since May, said the clerk. " * 2
    )
    found = parse_page(page().replace("</article>", f"{body}</p></article>").encode(), URL)
    lines = found.text.split("\n")
    assert len(found.kinds) == len(lines)
    assert found.kinds[lines.index("Search for a builder")] == "heading"
    assert set(found.kinds) == {"paragraph", "heading"}


@pytest.mark.parametrize(
    "state",
    [
        '<script id="__NEXT_DATA__" type="application/json">{}</script>',
        "<script>window.__INITIAL_STATE__ = {};</script>",
    ],
    ids=["next", "assigned"],
)
def test_an_article_that_only_the_embedded_state_has_is_read_from_there(state):
    data = json.dumps({"props": {"story": {"body": [{"type": "p", "text": each} for each in PARAGRAPHS]}}})
    source = f"<html><body><div id=app>Loading...</div>{state.replace('{}', data, 1)}</body></html>"
    found = parse_page(source.encode(), URL)
    assert (found.text, found.method) == (TEXT, "app-state")


def test_an_article_that_only_json_ld_has_is_read_from_there():
    data = json.dumps({"@type": "NewsArticle", "headline": "Pier", "articleBody": "\n\n".join(PARAGRAPHS)})
    source = f'<script type="application/ld+json">{data}</script><body><p>You need to enable JavaScript.</p></body>'
    found = parse_page(source.encode(), URL)
    assert (found.text, found.method) == (TEXT, "json-ld")


@pytest.mark.parametrize(
    "before",
    [
        "<!--[-->" * 60,
        "<!-- page --><!---->\n<!-- -->" * 30,
        " \n" * 500_000,
        "<?xml version='1.0'?>\n<!-- feed: <rss> -->" + "<!--$-->" * 60,
    ],
    ids=["side by side", "with breaks between them", "white space", "after an XML declaration"],
)
def test_a_page_that_begins_with_comments_as_rendering_servers_write_them_is_an_article(before):
    with budget(10):
        assert parse_page((before + page()).encode(), URL).text == TEXT


@pytest.mark.parametrize("before", ["", " \n", "<!--[--><!-- -->\n", "<?xml version='1.0'?><!-- a --> <!-- b -->\n"])
@pytest.mark.parametrize("root", ["<rss version='2.0'>", "<FEED>", "<urlset>", "<rdf:RDF>"])
def test_a_feed_or_sitemap_is_no_page_whatever_comments_it_begins_with(before, root):
    with pytest.raises(Reject, match="XML of another kind"):
        parse_page((before + root + "<p>" + TEXT).encode(), URL)


@pytest.mark.parametrize("tag", ["div", "b", "span", "section"])
@pytest.mark.parametrize("depth", [300, 20_000])
def test_a_page_nested_too_deep_for_the_parser_loses_nothing(tag, depth):
    source = page().replace("<main>", "<main>" + f"<{tag}>" * depth).replace("</main>", f"</{tag}>" * depth + "</main>")
    found = parse_page(source.encode(), URL)
    assert [each for each in PARAGRAPHS if each not in found.text] == []
    assert found.flags == ("flattened",)


def test_a_tag_with_more_attributes_than_any_page_has_loses_them_and_its_text_stays():
    many = " ".join(f'a{number}="x"' for number in range(MAX_ATTRIBUTES + 1))
    tree, _ = parse(f"<html><body><div class=kept data-x='{'y' * 9000}'></div><div {many}>text</div>")
    assert [len(element.attrib) for element in tree.iter("div")] == [2, 0]
    assert "".join(tree.itertext()) == "text"


@pytest.mark.parametrize(
    "before", ["", ' x="<"', ' x=">"', " x='<b>'", " <b", ' ="', ' x = "\n>"', ' "', " /", " x='>' <"], ids=repr
)
@pytest.mark.parametrize(
    "begins", ["<div", "<\x00DIV", "<script></script><!-- <b x=' --><div", "<title><b x='</title><div"]
)
def test_no_character_in_a_tag_hides_its_many_attributes(begins, before):
    many = " ".join(f"a{number}=x" for number in range(MAX_ATTRIBUTES + 1))
    tree, _ = parse(f"<html><body>{begins}{before} {many}>text</div>")
    assert [dict(element.attrib) for element in tree.iter("div")] == [{}]
    assert "".join(tree.xpath("//div//text()")) == "text"


@pytest.mark.parametrize(
    "inside",
    [
        "<p title='1 < 2'>one</p>" * 2_000,
        "<script>if (a<b && c) { d = '<p x=' + e; }" + "word " * 2_000 + "</script>",
        "<!-- <p " + "word " * 2_000 + "-->",
        '<p>5" < 6" ' + "word " * 2_000 + "</p>",
        "<textarea><p " + "word " * 2_000 + "</textarea>",
        f"<p class='{'word ' * 2_000}'>",
    ],
)
def test_a_page_without_such_tags_is_left_as_it_is(inside):
    source = f"<html><body>{inside}</body></html>".encode()
    assert without_crowds(source) is source


@pytest.mark.parametrize("inside", ["café", "a&#55357;&#56832;b", "a\ufffeb", "a\uffffb", "a\x01b"])
def test_the_bytes_of_a_text_give_the_tree_that_the_text_gives(inside):
    text = f"<html><body><p>{inside}</p></body></html>"
    trees = [parse(text)[0], parse(text, text.encode())[0]]
    (first, second) = ("".join(tree.itertext()) for tree in trees)
    assert first == second
    assert first in ("café", "a\U0001f600b", "ab")


def test_no_tree_is_deeper_than_the_c_libraries_bear():
    tree, flattened = parse("<html><body>" + "<div>" * 5_000 + "text" + "</div>" * 5_000 + "<p>end")
    assert flattened
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) <= MAX_DEPTH + 10
    assert "".join(tree.itertext()) == "textend"


@pytest.mark.parametrize(
    "body", [b"<html><body></body></html>", b"<div></div>", b"<html><head><title>x</title></head></html>"]
)
def test_a_page_without_text_is_an_article_without_text(body):
    found = parse_page(body, URL)
    assert found.text == ""
    assert "no-text" in found.flags
    assert found.language is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7\n1 0 obj", "text/html"),
        (b"\x89PNG\r\n\x1a\n\0\0", None),
        (b"\xff\xd8\xff\xe0JFIF", None),
        (b"PK\x03\x04\x14\0", "application/octet-stream"),
        (b"\x1f\x8b\x08\0\0\0", "text/html"),
        (b'{"title": "<p>no page</p>"}', "application/json"),
        (b'[{"a": 1}]', "text/html"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title></channel></rss>', "text/html"),
        (b"just words, no page", "text/plain"),
        (b"\x00\x01\x02" * 500, "video/mp4"),
        (b"", "text/html"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(body, content_type):
    with pytest.raises(Reject) as refusal:
        parse_page(body, URL, content_type)
    assert refusal.value.reason == "not-html"


def test_a_page_sent_under_a_wrong_content_type_is_read_all_the_same():
    assert parse_page(page().encode(), URL, "application/octet-stream").text == TEXT


@pytest.mark.parametrize(
    ("codec", "content_type", "declared"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", "utf-8"),
        ("cp1252", "text/html; charset=ISO-8859-1", "utf-8"),
        ("cp1251", None, "windows-1251"),
        ("shift_jis", "text/html; charset=Shift_JIS", "shift_jis"),
        ("iso2022_jp", "text/html; charset=ISO-2022-JP", "iso-2022-jp"),
        ("gb18030", None, "gb2312"),
        ("utf-16", None, "utf-8"),
        ("utf-16-le", "text/html; charset=utf-16le", "utf-8"),
        ("utf-8-sig", None, "iso-8859-1"),
    ],
)
def test_the_text_is_decoded_whatever_the_page_declares(codec, content_type, declared):
    words = {"cp1251": "Гавань", "shift_jis": "港の桟橋", "iso2022_jp": "港の桟橋", "gb18030": "港口码头"}.get(
        codec, "Café Übersee €5"
    )
    source = page(title=f"{words} votes to rebuild its pier").replace("utf-8", declared, 1)
    found = parse_page(source.encode(codec), URL, content_type)
    assert found.title == f"{words} votes to rebuild its pier"
    assert found.flags == ()


def test_bytes_in_no_declared_encoding_are_guessed_and_say_so():
    russian = (
        "Городской совет в понедельник решил восстановить старый причал, который одиннадцать лет назад унёс шторм. " * 8
    )
    source = f"<html><head><title>Причал</title></head><body><article><p>{russian}</p></article></body></html>"
    found = parse_page(source.encode("cp1251"), URL)
    assert "Городской совет" in found.text
    assert "charset-guessed" in found.flags
    assert found.language == "ru"


def test_one_broken_byte_does_not_change_the_encoding_of_all():
    found = parse_page(
        page(title="Çafé votes to rebuild its pier").encode() + b"<p>cut \xc3", URL, "text/html; charset=utf-8"
    )
    assert found.title == "Çafé votes to rebuild its pier"
    assert found.flags == ("charset-guessed",)


def test_no_control_character_and_no_surrogate_gets_through():
    linked = {
        "@type": "NewsArticle",
        "headline": "Pier\u0000 \ud800 news of the town",
        "author": {"name": "Jane\u0007 Doe"},
        "keywords": ["a\u0000b"],
    }
    head = '<meta name="description" content="One&#0;two&#7; &#xD800;three">'
    found = parse_page(page(head=head, linked=linked).replace("The council", "The\0 \x0b&#8;council").encode(), URL)
    every = " ".join([found.text, found.title or "", found.description or "", *found.authors, *found.tags])
    assert [char for char in every if char != "\n" and (ord(char) < 32 or 0xD800 <= ord(char) < 0xE000)] == []
    every.encode("utf-8")


def test_a_byte_order_mark_is_no_text():
    found = parse_page(codecs.BOM_UTF8 + b"<p>" + PARAGRAPHS[0].encode() + b"</p>", URL)
    assert found.text == PARAGRAPHS[0]


def test_broken_linked_data_takes_nothing_else_down():
    for script in ("{", '{"a":' * 100_000, "[1, 2,", '{"@type": 5, "author": [[{"name": 7}]]}', '"x"', "null"):
        source = page().replace("</head>", f'<script type="application/ld+json">{script}</script></head>')
        assert parse_page(source.encode(), URL).text == TEXT


def test_warm_leaves_nothing_heavy_for_the_first_page():
    from newswire.parsing.text import language  # noqa: PLC0415  # its cache is looked into

    warm()
    assert language._identifier.cache_info().currsize == 1
