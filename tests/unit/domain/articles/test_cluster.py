"""The clusters of a set of texts."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from newswire.domain.articles.near_duplicates.choose import Text
from newswire.domain.articles.near_duplicates.cluster import Region, redecide
from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.near_duplicates.sentences import shared_sentences
from newswire.domain.text.signature import Signature, sign
from support.article_edits import SAME
from support.last_edits import LAST
from support.prose import prose

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
STORY = prose(1, 40)


def text(name: str, body: str, hours: float) -> Text:
    return Text(name, name, NOON + timedelta(hours=hours), sign("Mayor opens a bridge", body))


def edited(kind: str, seed: int = 1) -> str:
    return SAME[kind](STORY, random.Random(seed))


FIRST, COPY, OTHER = text("first", STORY, 0), text("copy", edited("typing_errors"), 1), text("other", prose(2, 40), 2)
BEGINNING = text("beginning", edited("first_third"), -1)


@pytest.mark.parametrize("kind", sorted(LAST))
def test_an_edit_that_nobody_tuned_on_leaves_a_copy(kind: str) -> None:
    made = text("edited", LAST[kind](STORY, random.Random(1)), 20)
    assert redecide(Region([FIRST, made])).originals == {"first": "first", "edited": "first"}


def test_the_order_in_which_texts_are_given_makes_no_difference() -> None:
    texts = [FIRST, OTHER, BEGINNING]
    texts += [text(kind, edit(STORY, random.Random(1)), at + 2) for at, (kind, edit) in enumerate(sorted(SAME.items()))]
    expected = redecide(Region(texts))
    for seed in range(4):
        random.Random(seed).shuffle(texts)
        assert redecide(Region(texts)).originals == expected.originals
    roots = set(expected.originals.values())
    assert all(expected.originals[root] == root for root in roots), "a duplicate of a duplicate"


def test_a_chain_of_small_differences_does_not_join_its_ends() -> None:
    words = STORY.split(" ")
    part = len(words) // 5
    steps = [" ".join(words[: len(words) - at * part] + prose(7 + at, 60).split(" ")[: at * part]) for at in range(5)]
    texts = [text(f"step{at}", body, 14 * at) for at, body in enumerate(steps)]
    settled = redecide(Region(texts))
    assert settled.originals["step4"] != "step0"
    assert any(settled.originals[f"step{at}"] == f"step{one}" for one, at in pairwise(range(5)))


def test_the_beginning_of_a_later_text_is_its_excerpt_with_its_copies() -> None:
    copy = text("beginning-copy", BEGINNING_BODY.replace(" the ", " a "), -0.5)
    settled = redecide(Region([copy, BEGINNING, FIRST]))
    assert set(settled.originals.values()) == {"first"}
    assert not settled.links["beginning"].article_is_later


BEGINNING_BODY = edited("first_third")


def test_a_new_original_names_the_later_originals_that_it_takes_over() -> None:
    settled = redecide(Region([FIRST], {"first": [COPY, OTHER]}))
    assert (settled.originals, settled.reach) == ({"first": "first"}, {"copy"})


@pytest.mark.parametrize(
    ("pinned", "expected"), [({"copy": "copy"}, "copy"), ({"copy": "other"}, "other"), ({}, "first")]
)
def test_what_an_editor_decided_stands(pinned: dict[str, str], expected: str) -> None:
    assert redecide(Region([FIRST, COPY, OTHER], pinned=pinned)).originals["copy"] == expected


def test_the_shared_sentences_are_those_with_the_same_words() -> None:
    ours, theirs = (
        "The dam broke. Nobody was hurt! A new one is planned.",
        "A NEW one is planned.\nThe dam held; nobody was hurt.",
    )
    assert shared_sentences(ours, theirs) == ("A new one is planned.",)


PARTLY = text("partly", "\n".join(line for at, line in enumerate(STORY.split("\n")) if at % 3), -2)
WHOLE, REPRINT = text("whole", STORY, -1), text("reprint", STORY, 1)
UPDATED = text("updated", f"{prose(7, 20)}\n{STORY}", 0)


def test_equal_words_belong_to_one_original_though_another_be_closer_by_then() -> None:
    alone = redecide(Region([PARTLY, UPDATED, text("later", edited("typing_errors"), 1)])).originals
    assert alone["later"] == "updated", "the later original is closer"
    settled = redecide(Region([PARTLY, WHOLE, UPDATED, REPRINT])).originals
    assert settled == {"partly": "partly", "whole": "partly", "updated": "updated", "reprint": "partly"}


def test_equal_words_belong_to_one_original_whichever_came_first() -> None:
    late = redecide(Region([REPRINT], {"reprint": [PARTLY, UPDATED]}, {"partly": [WHOLE]}))
    assert late.originals == {"reprint": "partly"}
    early = redecide(Region([WHOLE], {"whole": [PARTLY, UPDATED]}, {"updated": [REPRINT]}))
    assert (early.originals, early.reach) == ({"whole": "partly"}, {"updated"})


@pytest.mark.parametrize("kind", ["sentences_out", "words_swapped_25"])
def test_a_copy_of_the_beginning_of_a_later_text_goes_with_it(kind: str) -> None:
    rewritten, longer = text("rewritten", edited(kind), 1), text("longer", f"{STORY}\n{prose(8, 60)}", 5)
    at_once = redecide(Region([FIRST, rewritten, longer]))
    assert set(at_once.originals.values()) == {"longer"}
    late = redecide(Region([rewritten], {"rewritten": [longer]}, {"longer": [FIRST]}))
    assert (late.originals, late.links["rewritten"].other) == ({"rewritten": "longer"}, longer)


def test_an_article_is_no_duplicate_of_its_own_later_copy_because_that_begins_with_an_older_text() -> None:
    older = text("older", "\n".join(STORY.split("\n")[:9]), -1)
    copy = text("copy", f"{STORY}\n{prose(9, 8)}", 1)
    assert redecide(Region([older, FIRST, copy])).originals["copy"] == "first"
    assert redecide(Region([FIRST], {"first": [copy]}, {"copy": [older]})).originals == {"first": "first"}


class _Counted(Comparisons):
    """Counts how often the shingles of a text are asked for."""

    asked = 0

    def shingles(self, signature: Signature) -> frozenset[int]:
        self.asked += 1
        return Comparisons.shingles(self, signature)


def test_an_edition_of_a_template_costs_no_more_in_a_region_of_many() -> None:
    chosen = random.Random(3)
    words, other = prose(1, 28).split(" "), prose(2, 4_000).split(" ")

    def asked(count: int) -> int:
        seen = _Counted()
        bodies = [
            " ".join(chosen.choice(other) if at % 9 == 5 else word for at, word in enumerate(words))
            for _ in range(count)
        ]
        settled = redecide(Region([text(f"{at:03}", body, at / 60) for at, body in enumerate(bodies)]), seen)
        assert len(set(settled.originals.values())) > count / 2
        return seen.asked

    assert asked(240) < 2.6 * asked(120)
