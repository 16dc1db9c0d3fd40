"""Furniture goes, prose stays."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newswire.domain.text.characters import NOT_NORMAL
from newswire.domain.text.furniture import LONG, is_furniture
from newswire.domain.text.furniture_words import LABELS, LIST_LABELS, OPENINGS, REFERENCES
from newswire.domain.text.normalize import normalize_line, normalize_text, without_headline

FURNITURE = [
    "Advertisement",
    "ADVERTISEMENT",
    "AdvertisementTags",
    "[Advertisement]",
    "Share this article",
    "• Read more »",
    "Tags:",
    "Follow us on Twitter and Facebook",
    "Sign up for our daily newsletter",
    "CLICK HERE TO GET THE APP",
    "Related: Ten dead as storm hits the coast of Portugal",
    "READ MORE: Cabinet meets over flood relief",
    "Skip to content",
    "Loading…",
    "We use cookies",
    "Photo: Jane Doe/Reuters",
    "© 2024 The Gazette",
    "Jane Doe / AFP via Getty Images",
    "Published 18 November 2019",
    "2019-11-19T08:57:40+01:00",
    "Anzeige",
    "Lesen Sie auch: Was der Kanzler nun plant",
    "Publicité",
    "À lire aussi : la grève continue à Lyon",
    "Síguenos en Facebook",
    "Leggi anche: il governo cade",
    "Leia também: eleições em Lisboa",
    "Lees ook: kabinet valt",
    "Czytaj też: wybory w Polsce",
    "Läs mer: regeringen avgår",
    "Annonse",
    "Читайте также: выборы",
]
PROSE = [
    "Advertisement is a business of billions.",
    "Share prices fell.",
    "Tags on the animals showed where the herd had gone.",
    "Related parties must disclose their dealings to the regulator.",
    "Read more books, she told the children of the school.",
    "More: the word he said most often that day.",
    "Photo: the picture that he took that day went round the world.",
    "Sign up for the army, his father had told him.",
    "The minister resigned",
    "Loading docks stood empty",
    "2019",
    "Comments by the president",
    "Published authors",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_goes_wherever_it_stands(line):
    text = f"{line}\nThe council met on Monday.\n{line}\nIt will meet again on Friday.\n{line}"
    assert normalize_text(text) == "The council met on Monday.\nIt will meet again on Friday."


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_begins_like_furniture_stays(line):
    text = f"The council met on Monday.\n{line}\nIt will meet again on Friday."
    assert normalize_text(text) == text


def test_the_list_below_a_closing_label_goes_with_it():
    text = "The council met on Monday.\nRelated articles\nStorm hits coast\nCup final drawn"
    assert normalize_text(text) == "The council met on Monday."


def test_a_label_in_the_midst_takes_no_paragraph_with_it():
    text = "It began on Monday.\nTopics\nWhat was said\nThe council met for an hour and agreed."
    assert normalize_text(text) == "It began on Monday.\nWhat was said\nThe council met for an hour and agreed."


def test_repeated_prose_is_the_authors_own():
    assert (
        normalize_text("Never again\nNever again\nNever again, he said.")
        == "Never again\nNever again\nNever again, he said."
    )


def test_characters_that_cannot_be_seen_are_taken_out():
    dirty = "\ufeffOne\x00 t\u200bwo\xad \ud800three\u202e\u2028four\r\n\r\n  five\u00a0\u3000six\x85se\u2060ven"
    assert normalize_text(dirty) == "One two three\nfour\nfive six\nseven"


def test_joiners_stay_where_they_are_spelling():
    persian, family = "می\u200cخواهم بروم", "👩\u200d👩\u200d👧 came"
    assert normalize_line(persian) == persian
    assert normalize_line(family) == family
    assert normalize_line("end\u200d of\u200c") == "end of"


def test_titles_are_one_line_in_nfc():
    assert normalize_line("  Cafe\u0301\n culture\t ") == "Café culture"


def test_the_headline_is_taken_off_the_text_only_where_it_stands_above():
    text = "Kicker\nStorm hits “coast”\nIt rained.\nSo it was.\nStorm hits coast"
    assert without_headline(text, "Storm hits 'coast'", None) == "Kicker\nIt rained.\nSo it was.\nStorm hits coast"
    assert without_headline(text, None, "") == text


WORDS = st.sampled_from(
    ["the", "of", "and", "minister", "said", "today", "rain", "12", *LABELS, *LIST_LABELS, *OPENINGS, *REFERENCES]
)
LINES = st.lists(WORDS, min_size=1, max_size=20).map(" ".join) | st.text(max_size=80)
TEXTS = st.lists(LINES | LINES.map(lambda line: line + ".") | st.sampled_from(FURNITURE), max_size=12).map("\n".join)


@given(TEXTS)
@example("Tags\nshort\nTags\nlong enough to be a sentence of its own.\nTags\nshort")
def test_normalizing_twice_changes_nothing(text):
    once = normalize_text(text)
    assert normalize_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.lists(WORDS, min_size=6, max_size=40).map(" ".join))
def test_no_sentence_of_six_words_is_ever_furniture(line):
    assert not is_furniture(f"{line}.")


@given(st.lists(WORDS, min_size=LONG, max_size=40).map(" ".join))
def test_no_long_line_is_furniture_unless_a_label_and_a_colon_say_so(line):
    assert not is_furniture(line)


@given(TEXTS)
def test_nothing_is_added_and_no_order_changed(text):
    kept = iter(" ".join(line.split()) for line in normalize_text(text).split("\n") if line)
    lines = iter(normalize_line(line) for line in text.splitlines())
    assert all(line in lines for line in kept)


def test_no_printable_character_is_taken_out_of_a_line():
    taken = NOT_NORMAL.findall("".join(map(chr, range(sys.maxunicode + 1))))
    assert taken
    assert not any(map(str.isprintable, taken))
    assert not any(map(str.isprintable, "\u200c\u200d"))
