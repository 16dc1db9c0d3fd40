"""What an import file has to say, and how a person is told that it does not."""

import json
from datetime import UTC, datetime

import pytest

from newswire.errors import UsageError
from newswire.operations.import_articles import read_lines

GOOD = {"url": "https://n.example/a", "title": "Title", "text": "Text.", "published": "2026-03-01T12:00:00+01:00"}


def lines(*objects):
    return [json.dumps(said).encode() for said in objects]


def read(raw):
    return list(read_lines(raw, "old.jsonl"))


def without(name):
    return {key: value for key, value in GOOD.items() if key != name}


def test_a_line_needs_an_address_a_title_a_text_and_a_time():
    (line,) = read(lines(GOOD))
    assert (line.url, line.title, line.text) == (GOOD["url"], "Title", "Text.")
    assert line.published == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_fields_of_somebody_else_are_ignored_and_blank_lines_skipped():
    assert len(read([*lines(GOOD | {"shares": 7}), b"", b"  \n", *lines(GOOD)])) == 2


def test_texts_are_normalised_like_those_of_pages():
    dirty = {
        "title": " A\u200b title\n",
        "text": "One\x00.\n\n\nTwo\tthree.\ufeff",
        "description": "de\u0301ja\x07",
        "authors": ["Jane\xad Doe "],
        "tags": [" a\x00 "],
    }
    (line,) = read(lines(GOOD | dirty))
    assert (line.title, line.text, line.description) == ("A title", "One.\nTwo three.", "déja")
    assert (line.authors, line.tags) == (("Jane Doe",), ("a",))


@pytest.mark.parametrize("name", ["url", "title", "text", "published"])
def test_a_bad_line_is_named_with_what_it_lacks(name):
    with pytest.raises(UsageError, match=rf"^old\.jsonl, line 3: {name}: "):
        read([*lines(GOOD), b"\n", *lines(without(name), GOOD)])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"published": "2026-03-01T12:00:00"}, "published: .*timezone"),
        ({"published": "yesterday"}, "published: "),
        ({"title": ""}, "title: "),
        ({"text": ""}, "text: "),
        ({"title": "\u200b \x00"}, "title: "),
        ({"text": "  \n\u200b"}, "text: "),
        ({"url": "ftp://n.example/a"}, "url: "),
        ({"url": "n.example/a"}, "url: "),
        ({"url": "https:///a"}, "url: "),
        ({"authors": "Jane"}, "authors: "),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_its_problem(change, problem):
    with pytest.raises(UsageError, match=rf"^old\.jsonl, line 1: {problem}"):
        read(lines(GOOD | change))


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff\xfe", b'"text"', b'{"title": "\\ud800"}'])
def test_what_is_no_json_object_is_named_too(raw):
    with pytest.raises(UsageError, match=r"^old\.jsonl, line 2: "):
        read([*lines(GOOD), raw])


def test_a_line_whose_article_the_log_might_not_take_is_named_with_its_size():
    raw = lines(GOOD | {"text": "x" * 5_000_000})
    with pytest.raises(UsageError, match=r"old.jsonl, line 1: 5,000,\d+ bytes, where 5,000,000 are the limit"):
        read(raw)


def test_the_lines_before_a_bad_one_are_had_first_so_a_file_of_any_size_is_read_in_bounded_memory():
    found = read_lines(iter([*lines(GOOD), b"{"]), "old.jsonl")
    assert next(found).title == "Title"
    with pytest.raises(UsageError):
        next(found)
