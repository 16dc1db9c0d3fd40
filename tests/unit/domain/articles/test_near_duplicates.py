import random
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.articles.near_duplicates.alignment import runs
from newswire.domain.articles.near_duplicates.choose import Text, TextLink, links
from newswire.domain.articles.near_duplicates.evidence import weigh
from newswire.domain.articles.near_duplicates.shingles import KEYS, keys, shingles
from newswire.domain.text.signature import sign
from newswire.domain.text.word_codes import codes
from support.article_edits import BIO, SAME, Other, others
from support.prose import SYLLABLES, prose
from support.template_editions import Family, editions, families, family_named

BLOTTER, MENU = family_named("police_blotter"), family_named("school_menu")
NUMBERED = [each for each in families("first") if each.name not in {"horoscope", "death_notice"}]
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def text(name: str, body: str, *, title: str = "", hours: int = 0) -> Text:
    return Text(name, name, NOON + timedelta(hours=hours), sign(title or name, body))


def link(first: str, second: str, *, title: str = "Mayor opens a bridge", other: str = "") -> TextLink | None:
    """How the second text, published later, stands to the first."""
    earlier = text("earlier", first, title=title)
    found = links(text("later", second, title=other or title, hours=2), [earlier])
    return found[0] if found else None


def relation(first: str, second: str, **titles: str) -> str:
    found = link(first, second, **titles)
    return found.judgement.relation if found else "none"


OTHERS = list(others([prose(seed, 40) for seed in range(8)], random.Random(1)))


@pytest.mark.parametrize("kind", sorted(SAME))
def test_an_edited_article_is_the_same_story(kind: str) -> None:
    body = prose(1, 40)
    found = link(body, SAME[kind](body, random.Random(2)))
    assert found is not None
    assert found.same_story


def test_a_copy_is_a_copy_and_the_beginning_an_excerpt() -> None:
    body = prose(1)
    assert relation(body, f"{body}\nOur correspondent contributed to this report.") == "copy"
    assert relation(body, "\n".join(body.split("\n")[:3])) == "excerpt"


def test_a_corrected_number_is_an_update() -> None:
    body = prose(1) + "\nThe fire killed 41 people and hurt 97 others in the district, officials said later."
    assert relation(body, body.replace("41 people", "43 people")) == "update"


def test_a_digest_with_an_article_in_it_contains_it() -> None:
    body, digest = prose(1, 9), "\n".join([prose(2, 9), prose(1, 9), prose(3, 9)])
    assert relation(body, digest, other="Four things to know today") == "contains"


def test_a_digest_contains_an_article_whose_beginning_is_a_small_part_of_it() -> None:
    beginning = " ".join(prose(1, 30).split()[:60])
    assert (
        relation(prose(1, 30), f"News in brief from all over the county today\n{beginning}\n{prose(5, 20)}")
        == "contains"
    )


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.kind)
def test_shared_furniture_makes_no_story(other: Other) -> None:
    found = link(other.first, other.second, title="One thing", other="Another thing")
    assert found is None or not found.same_story


def test_two_short_articles_over_one_long_footer_are_two_stories() -> None:
    assert relation(f"{prose(1, 6)}\n{BIO}", f"{prose(2, 6)}\n{BIO}", other="Another title") == "background"


@pytest.mark.parametrize(
    "family",
    NUMBERED,
    ids=lambda f: f.name,
)
def test_editions_that_differ_in_numbers_or_names_are_no_copies(family: Family) -> None:
    made = [text(f"{e}{day}", body, title=title, hours=24 * day) for e, day, title, body in editions(family, 4, 7)]
    merged = [
        (one.article_id, other.article_id)
        for at, one in enumerate(made)
        for other in made[:at]
        if any(each.same_story for each in links(one, [other]))
    ]
    assert len(merged) <= len(made) // 20


def test_a_third_edition_shows_that_two_texts_without_numbers_are_editions() -> None:
    made = [text(f"{e}{day}", body, title="The menu", hours=24 * day) for e, day, _, body in editions(MENU, 6, 3)]
    first, second, third = made[0], made[4], made[8]
    assert links(third, [first])[0].same_story
    alone = links(third, [first], [second])[0]
    assert (alone.judgement.relation, alone.judgement.reason) == ("same-template", "a-third-edition")


def test_an_edition_is_found_again_in_its_reprint_among_its_family() -> None:
    for family in families("first", "later"):
        made = [text(f"{e}{day}", body, title=title, hours=24 * day) for e, day, title, body in editions(family, 3, 5)]
        reprint = text(
            "reprint", next(b for e, d, _, b in editions(family, 3, 5)) + " Reported with partners.", hours=99
        )
        best = links(reprint, made)[0]
        assert best.same_story
        assert best.other.article_id == made[0].article_id


def test_texts_of_a_few_words_are_never_compared() -> None:
    assert relation("Watch the video of the match here.", "Watch the video of the match here.") == "none"


def test_the_candidates_order_makes_no_difference() -> None:
    body = prose(1)
    found = [text(f"c{at}", edit(body, random.Random(at)), hours=at) for at, edit in enumerate(SAME.values())]
    found += [text(f"m{at}", each, hours=at) for at, (_, _, _, each) in enumerate(editions(BLOTTER, 3, 1))]
    article = text("new", body, hours=50)
    expected = links(article, found)
    for seed in range(5):
        random.Random(seed).shuffle(found)
        assert links(article, found) == expected


def test_the_earlier_published_text_is_the_first_whichever_arrives_first() -> None:
    body = prose(1)
    long, short = text("long", body), text("short", "\n".join(body.split("\n")[:3]), hours=3)
    arrived_late, arrived_in_order = links(long, [short])[0], links(short, [long])[0]
    assert arrived_late.judgement == arrived_in_order.judgement
    assert not arrived_late.article_is_later
    assert arrived_in_order.article_is_later


@pytest.mark.parametrize("seed", range(20))
def test_runs_are_equal_words_and_no_word_is_in_two(seed: int) -> None:
    chance = random.Random(seed)
    first, second = (codes(" ".join(chance.choices(SYLLABLES[:4], k=chance.randint(0, 300)))) for _ in range(2))
    seen: tuple[set[int], set[int]] = (set(), set())
    for run in runs(first, second):
        assert first[run.first : run.first + run.length] == second[run.second : run.second + run.length]
        for used, start in zip(seen, (run.first, run.second), strict=True):
            places = set(range(start, start + run.length))
            assert not used & places
            used.update(places)


@pytest.mark.parametrize("seed", range(10))
def test_as_many_words_are_matched_in_one_text_as_in_the_other(seed: int) -> None:
    body = prose(seed)
    edited = SAME["words_swapped_10"](SAME["sentences_out"](body, random.Random(seed)), random.Random(seed))
    evidence = weigh(codes(body), codes(edited), codes("one title"), codes("another title"))
    assert evidence.first.matched == evidence.second.matched
    assert 0 < evidence.shared <= 1


def test_a_part_of_a_text_shares_keys_with_it_in_proportion() -> None:
    shared = [
        len(set(keys(codes(prose(seed, 60)))) & set(keys(codes("\n".join(prose(seed, 60).split("\n")[:10])))))
        for seed in range(30)
    ]
    assert 0.3 * KEYS < sum(shared) / len(shared) < 0.7 * KEYS


def test_keys_are_few_and_fit_a_signed_column() -> None:
    for body in ("", "one two three", prose(1), "a " * 4_000):
        found = keys(codes(body))
        assert len(found) <= KEYS
        assert all(0 <= key < 1 << 63 for key in found)
        assert list(found) == sorted(found)


def test_shingles_are_four_words_at_every_place() -> None:
    values = codes("a b c d e f g a b c d")
    found = shingles(values)
    assert len(found) == len(values) - 3
    assert found[0] == found[-1]
    assert len(set(found)) == len(found) - 1


@pytest.mark.parametrize("body", ["a " * 50_000, "a b " * 50_000, "1 " * 50_000, "ab cd ef gh " * 20_000])
def test_a_text_of_one_word_again_and_again_is_decided(body: str) -> None:
    found = link(body, body + "b")
    assert found is None or found.score <= 1


def test_editions_with_other_numbers_are_known_by_their_numbers() -> None:
    body = "The council sold {} tickets for {} euros and counted {} visitors on {} evenings in its hall. " * 3
    body += "The list is drawn up by the clerk, who hangs it out at the door before the market opens in the morning."
    found = link(body.format(*range(12, 24)), body.format(*range(212, 224)))
    assert found is not None
    assert (found.judgement.relation, found.judgement.reason) == ("same-template", "numbers-differ")


def test_two_leads_over_one_long_background_are_two_stories() -> None:
    background = prose(9, 9)
    found = link(f"{prose(1, 3)}\n{background}", f"{prose(2, 3)}\n{background}", other="Another thing")
    assert found is not None
    assert (found.judgement.relation, found.judgement.reason) == ("background", "leads-differ")


def test_keys_of_a_text_of_four_words_fit_a_signed_column() -> None:
    assert all(keys(codes(f"word {number} and more"))[0] < 1 << 63 for number in range(100))


def test_an_article_has_a_link_to_every_story_that_it_shares_words_with() -> None:
    first, second = prose(1), prose(2)
    digest = text("digest", f"{first}\n{second}", title="The day", hours=9)
    found = links(digest, [text("one", first), text("two", second)])
    assert {each.other.article_id for each in found} == {"one", "two"}
