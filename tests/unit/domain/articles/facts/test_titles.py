"""Which headline is believed, and what is taken off it."""

import pytest

from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.titles import decide_title

SITES = frozenset(
    {
        "the gazette",
        "gazette",
        "gaz harbour daily news",
        "harbour gazette service",
        "청석일보",
        "朝日新聞",
        "青石湾日报",
    }
)


def chosen(*stated, sites=SITES):
    return decide_title([Claim(text, source, 0.7) for source, text in stated], sites).value


@pytest.mark.parametrize(
    ("stated", "headline"),
    [
        ("Pier comes back | The Gazette", "Pier comes back"),
        ("Pier comes back – The Gazette", "Pier comes back"),
        ("Pier comes back | Local news | The Gazette", "Pier comes back"),
        ("The Gazette: it is back", "The Gazette: it is back"),
        ("The Gazette | Pier comes back", "Pier comes back"),
        ("港が三年ぶりに再開：朝日新聞", "港が三年ぶりに再開：朝日新聞"),
        ("港が三年ぶりに再開｜朝日新聞", "港が三年ぶりに再開"),
        ("渔港时隔三年重新开港_青石湾日报", "渔港时隔三年重新开港"),
        ("달맞이섬 초등학교 신입생 다섯 명 - 청석일보", "달맞이섬 초등학교 신입생 다섯 명"),
        ("Opinion | The pier was never gone at all", "The pier was never gone at all"),
        ("The Gazette", "The Gazette"),
        ("The pier was never gone at all | Opinion", "The pier was never gone at all"),
        ("Pier comes back | GAZ", "Pier comes back"),
        ("Pier comes back | HGS", "Pier comes back"),
        ("Pier comes back | At last, with the harbour", "Pier comes back | At last, with the harbour"),
    ],
)
def test_a_sites_name_and_a_rubric_are_no_part_of_the_headline(stated, headline):
    assert chosen(("og", stated)) == headline


def test_a_suffix_that_nobody_names_goes_where_another_claim_is_without_it():
    assert chosen(("h1", "Pier comes back at last"), ("og", "Pier comes back at last - Coast Observer")) == (
        "Pier comes back at last"
    )


def test_a_kicker_goes_where_the_title_for_social_media_is_without_it():
    with_kicker = "Harbour town: Pier comes back at last"
    assert chosen(("json-ld", with_kicker), ("h1", with_kicker), ("og", "Pier comes back at last")) == (
        "Pier comes back at last"
    )
    assert chosen(("json-ld", with_kicker), ("h1", "Pier comes back at last"), ("og", with_kicker)) == with_kicker


def test_a_rubric_that_runs_into_the_heading_goes():
    headline = "Two hundred years of the harbour pier"
    assert chosen(("h1", f"News {headline}"), ("og", headline)) == headline


def test_the_headline_that_readers_see_wins_over_the_one_for_search_engines():
    search = "Pier Harbour 2026: best guide to the pier"
    assert chosen(("h1", "Our guide to the Harbour pier"), ("og", search), ("title", search)) == (
        "Our guide to the Harbour pier"
    )


def test_an_article_before_a_heading_is_no_rubric():
    headline = "Best piers of the harbour coast"
    assert chosen(("h1", f"The {headline}"), ("og", headline)) == f"The {headline}"


def test_a_heading_wins_over_a_title_that_only_the_head_states_in_all_its_places():
    search = "Best pier guide 2026: tickets and tips"
    seen = "Our best guide to the pier"
    head = [(source, search) for source in ("json-ld", "og", "twitter", "meta", "title")]
    assert chosen(("h1", seen), *head) == seen
    assert chosen(("h1", "Best pier guide 2026"), *head) == search


def test_where_the_breadcrumb_has_the_first_heading_the_second_is_the_headline():
    search, seen = "Pier Harbour: opening again", "How the Harbour pier was opening again at last"
    head = [(source, search) for source in ("json-ld", "title")]
    assert chosen(("breadcrumb", search), ("h2", seen), ("og", seen), *head) == seen
    assert chosen(("h1", search), ("h2", seen), ("og", seen), *head) == search


def test_a_site_that_is_named_like_the_headline_is_no_site():
    headline = "Pier in the harbour – the wait is over"
    assert chosen(
        ("json-ld", headline), ("og", headline), sites=frozenset({"pier in the harbour the wait is over"})
    ) == (headline)


def test_a_heading_that_no_claim_vouches_for_loses():
    assert chosen(("h1", "All that happens along our coast"), ("og", "Pier comes back")) == "Pier comes back"
    assert chosen(("h1", "The Gazette"), ("title", "Pier comes back – The Gazette")) == "Pier comes back"
    teaser = "Pier comes back: " + "all that you need to know about it, and " * 4
    assert chosen(("h1", teaser), ("og", "Pier comes back to town")) == "Pier comes back to town"


def test_two_statements_cut_off_lose_to_the_heading_that_continues_them():
    cut = "Council passes the budget after a ten-hour sitting th..."
    whole = "Council passes the budget after a ten-hour sitting that nearly ended without a vote"
    assert chosen(("json-ld", cut), ("og", cut), ("h1", whole)) == whole
    assert chosen(("json-ld", cut), ("og", cut), ("feed", whole)) == whole
    assert chosen(("json-ld", cut), ("feed", whole), ("h1", "Council passes the budget")) == whole


def test_the_feeds_title_has_a_vote():
    assert chosen(("og", "Pier news of today"), ("title", "Pier back"), ("feed", "Pier back")) == "Pier back"


def test_every_claim_that_lost_says_why():
    decision = decide_title(
        [
            Claim("Pier comes back at last", "h1", 0.8),
            Claim("Pier comes back at last | The Gazette", "og", 0.7),
            Claim("Pier comes…", "twitter", 0.6),
            Claim("Something else altogether", "title", 0.6),
        ],
        SITES,
    )
    assert [lost.reason for lost in decision.lost] == [
        "says the same, with an addition",
        "is cut off",
        "other claims weigh more",
    ]
    assert decision.chosen is not None
    assert decision.chosen.confidence > 0.8


def test_without_claims_there_is_no_title():
    assert decide_title([]).chosen is None
    assert decide_title([Claim("  ", "h1", 0.8)]).chosen is None
