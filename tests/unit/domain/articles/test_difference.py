"""What a new version of an article changed: the words, and whether it is an edit at all."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.articles.revisions.difference import MAX_CHARS, MAX_PASSAGES, difference
from newswire.domain.articles.revisions.gaps import gaps
from newswire.domain.articles.revisions.volatile import is_counter
from support.build import article
from support.growth import BUDGET_S, seconds
from support.prose import prose

TEXT = prose(1)
WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=40)


def compared(after, before=TEXT, headline="Title"):
    return difference(article(text=before), article(title=headline, text=after))


@given(WORDS, WORDS)
def test_gaps_turn_the_one_sequence_into_the_other(first, second):
    made, at = [], 0
    found = gaps(first, second)
    for gap in found:
        assert first[at : gap.start] == second[len(made) : gap.other_start]
        made += first[at : gap.start] + second[gap.other_start : gap.other_end]
        at = gap.end
    assert made + first[at:] == second
    assert all(one.end < two.start or one.other_end < two.other_start for one, two in pairwise(found))


def test_equal_sequences_have_no_gaps_and_different_ones_a_single_one():
    assert gaps(list("abc"), list("abc")) == []
    assert len(gaps(list("abc"), list("xyz"))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "1,234 views", "2.5K shares · 12 comments", "Updated 5 minutes ago", "4 min read", "12 Kommentare",
        "vor 5 Minuten aktualisiert", "il y a 3 heures", "Mis à jour il y a 3 heures", "hace 5 minutos",
        "Stand: 14:30 Uhr", "Updated 12:05 GMT", "5 минут назад", "just now",
    ],
)  # fmt: skip
def test_counters_and_the_time_since_something_are_told_from_the_text(line):
    assert is_counter(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "Deaths: 12", "3 days", "Score 2-1", "Corby 3 Quillmark 1", "The council voted 5 to 4.",
        "The video had been viewed 1,234 times on Monday.", "What we know", "Fire in the old town",
        "Two people were killed 5 minutes ago on the bridge.",
    ],
)  # fmt: skip
def test_lines_that_say_something_are_no_counters(line):
    assert not is_counter(line)


def test_counters_times_and_boxes_of_links_make_no_edit():
    links = [
        "Ferry sails an hour later from Monday",
        "Baker of the old town gives up",
        "Why the river smells of apples",
    ]
    others = ["Storm takes the roof of a school", "Chess champion loses again", "Museum finds a lost painting"]
    before = "\n".join(["1,234 views", "By Ada North, 5 minutes ago", TEXT, *links])
    after = "\n".join(["1,301 views", "By Ada North, 2 hours ago", TEXT, *others])
    assert compared(after, before) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It killed 14 people in the harbour.", "It killed 41 people in the harbour."),
        ("Harbour 2 Market 1", "Harbour 2 Market 2"),
        ("Dead: 12", "Dead: 13"),
        ("The video had 1,234 views on Monday, they said.", "The video had 9,234 views on Monday, they said."),
        ("", "Correction: the mayor is Ada North."),
        ("What we know", "What we know so far and what not"),
    ],
)
def test_a_corrected_number_a_heading_and_a_correction_are_edits(old, new):
    found = compared(f"{TEXT}\n{new}", f"{TEXT}\n{old}".strip())
    assert found is not None
    assert (found.fields, found.material) == (("text",), True)


@pytest.mark.parametrize(
    ("old", "new", "material"),
    [
        ("He said no, and left.", "He said no and left", False),
        ("the goverment fell", "the government fell", False),
        ("the minister was killed", "the Minister was killed", False),
        ("they will not come", "they will now come", True),
        ("Smith won", "Smyth won", True),
        ("won by 5 points", "won by 6 points", True),
        ("a moral question", "an amoral question", True),
        ("legal advice", "illegal advice", True),
        ("the vote passed", "the vote passed and failed", True),
    ],
)
def test_spelling_and_punctuation_are_cosmetic_and_words_are_not(old, new, material):
    before, after = (f"{TEXT} At last {each}" for each in (old, new))
    assert compared(after, before).material is material


def test_paragraphs_in_another_order_are_cosmetic():
    lines = TEXT.split("\n")
    assert compared("\n".join([*lines[1:], lines[0]])).material is False


def test_a_difference_names_its_fields_counts_words_and_shows_passages():
    words = TEXT.split()
    after = " ".join([*words[:10], "one", "two", *words[12:60], *words[63:]])
    found = compared(after, " ".join(words), headline="Other title")
    assert found.fields == ("title", "text")
    assert (found.added_words, found.removed_words) == (2 + 2, 2 + 3 + 1)
    assert any(each.added == "one two" for each in found.passages)


def test_a_difference_is_bounded_however_much_changed():
    found = compared("\n".join(prose(seed) for seed in range(40)))
    assert len(found.passages) <= MAX_PASSAGES
    assert all(len(each.added) <= MAX_CHARS and len(each.removed) <= MAX_CHARS for each in found.passages)
    far = compared(" ".join(f"{word} x{at}" if at % 9 == 0 else word for at, word in enumerate(TEXT.split(" "))))
    assert len(far.passages) == MAX_PASSAGES


def test_a_facts_that_only_one_version_has_is_no_difference():
    first, second = article(text=TEXT), article(text=TEXT, title="Other")
    second = second.model_copy(update={"authors": ("Ada North",)})
    assert difference(first, second).fields == ("title",)
    assert difference(first.model_copy(update={"authors": ("Bo",)}), second).fields == ("title", "authors")


@pytest.mark.parametrize("kind", ["chance", "two-words", "lines", "shifted"])
def test_texts_of_any_make_are_compared_in_bounded_time(kind):
    chance = random.Random(kind)
    make = {
        "chance": lambda: " ".join(f"w{chance.randrange(3_000)}" for _ in range(60_000)),
        "two-words": lambda: " ".join(chance.choice("ab") for _ in range(60_000)),
        "lines": lambda: "\n".join(f"line {chance.randrange(9)}" for _ in range(30_000)),
        "shifted": lambda: " ".join(f"w{(at * 7919 + chance.randrange(3)) % 50_021}" for at in range(60_000)),
    }[kind]
    before, after = article(text=make()), article(text=make())
    assert seconds(lambda _: difference(before, after), "", 3 * BUDGET_S) < 3 * BUDGET_S
