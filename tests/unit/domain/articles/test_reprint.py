"""Which links make an article a duplicate without a person looking at it."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.articles.near_duplicates.choose import Text, TextLink, links
from newswire.domain.articles.near_duplicates.reprint import best_reprint, holds, is_reprint
from newswire.domain.text.signature import sign
from support.article_edits import SAME
from support.prose import prose
from support.template_editions import Family, editions, families

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
STORY = prose(1, 40)


def text(name: str, body: str, *, hours: float = 0, title: str = "Mayor opens a bridge") -> Text:
    return Text(name, name, NOON + timedelta(hours=hours), sign(title, body))


def link(first: str, second: str, *, hours: float = 2) -> TextLink:
    (found,) = links(text("later", second, hours=hours), [text("earlier", first)])
    return found


@pytest.mark.parametrize("kind", ["subheads", "comments", "typing_errors", "words_swapped_10", "captions"])
def test_an_edited_copy_is_a_reprint_days_later_too(kind: str) -> None:
    assert is_reprint(link(STORY, SAME[kind](STORY, random.Random(3)), hours=70))


def test_the_beginning_of_an_article_is_a_reprint_of_it() -> None:
    found = link(STORY, SAME["first_third"](STORY, random.Random(3)))
    assert (found.judgement.relation, is_reprint(found)) == ("excerpt", True)


def test_a_later_text_that_goes_on_where_an_earlier_one_ends_holds_it() -> None:
    found = link(SAME["first_third"](STORY, random.Random(3)), STORY)
    assert (holds(found), is_reprint(found)) == (True, False)


def test_a_later_text_with_much_that_is_new_is_no_reprint() -> None:
    found = link(STORY, f"{STORY}\n{prose(2, 35)}")
    assert found.same_story
    assert not is_reprint(found)


def linked_editions(family: Family) -> tuple[int, int]:
    """How many editions were linked to an earlier one, and how many there are."""
    originals: list[Text] = []
    linked = 0
    for entity, day, title, body in editions(family, 8, 11):
        edition = text(f"{entity}{day}", body, title=title, hours=24 * day)
        linked += best_reprint(links(edition, originals)) is not None
        originals.append(edition)
    return linked, len(originals)


def test_of_the_editions_of_templates_not_one_in_a_hundred_is_called_a_reprint() -> None:
    linked, made = map(sum, zip(*map(linked_editions, families("first", "later")), strict=True))
    assert linked < made / 100


def test_a_short_report_is_a_reprint_on_another_day_only_when_it_is_nearly_equal() -> None:
    short = prose(4, 6)
    words = short.split()
    assert len(words) < 120
    edited = " ".join(f"{word}x" if at % 12 == 5 else word for at, word in enumerate(words))
    assert is_reprint(link(short, f"{short} Reported with partners.", hours=30))
    assert not is_reprint(link(short, edited, hours=30))


FIRE = "The fire in Harrow killed 41 people, hurt 97 others and closed 12 roads and 6 schools for days."
TEASER = f"{FIRE} {' '.join(STORY.split()[:66])}"
MORE = "Continue reading this story on our website"


def test_a_teaser_of_a_long_article_is_a_reprint_a_day_later() -> None:
    whole = f"{FIRE} {STORY}"
    assert is_reprint(link(whole, f"{TEASER} {MORE}", hours=24))
    assert holds(link(f"{TEASER} {MORE}", whole, hours=24))


def test_a_short_text_with_another_number_than_a_long_one_of_another_day_may_be_an_edition() -> None:
    assert not is_reprint(link(f"{FIRE} {STORY}", f"{TEASER} {MORE}".replace("41", "43"), hours=24))


def test_short_texts_of_one_length_that_end_in_other_words_may_be_editions() -> None:
    assert not is_reprint(link(f"{TEASER} {prose(8, 3)}", f"{TEASER} {MORE}", hours=24))


def test_of_two_originals_the_more_nearly_equal_one_is_chosen() -> None:
    longer = text("longer", f"{STORY}\n{prose(2, 12)}", hours=-3)
    equal = text("equal", STORY, hours=-1)
    found = best_reprint(links(text("copy", SAME["typing_errors"](STORY, random.Random(1))), [longer, equal]))
    assert found is not None
    assert found.other.article_id == "equal"


def test_of_the_editions_of_families_that_nobody_tuned_on_not_one_in_twenty_is_called_a_reprint() -> None:
    linked, made = map(sum, zip(*map(linked_editions, families("last")), strict=True))
    assert linked < made / 20
