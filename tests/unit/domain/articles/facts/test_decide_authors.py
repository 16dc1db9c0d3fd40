"""Which claim about the authors is believed."""

from newswire.domain.articles.facts.authors import decide_authors
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.names import Name


def claim(source, confidence, *names):
    kinds = (name if isinstance(name, tuple) else (name, "person") for name in names)
    return Claim(tuple(Name(*name) for name in kinds), source, confidence)


def chosen(*claims):
    return [name.text for name in decide_authors(claims).value or ()]


def test_people_win_over_an_organisation_of_a_better_source():
    station = claim("json-ld", 0.9, ("Harbour Broadcasting", "organisation"))
    assert chosen(station, claim("byline", 0.6, "Nora Quill")) == ["Nora Quill"]
    assert chosen(station) == ["Harbour Broadcasting"]


def test_two_sources_that_agree_win_over_a_better_one_alone():
    account = claim("json-ld", 0.9, "Web Import")
    assert chosen(account, claim("meta", 0.8, "Nora Quill"), claim("byline", 0.6, "nora quill")) == ["Nora Quill"]


def test_two_readings_of_one_visible_byline_do_not_count_twice():
    stated = claim("json-ld", 0.9, "Sián O'Dowd")
    assert chosen(stated, claim("link", 0.65, "Nora Quill"), claim("byline", 0.6, "Nora Quill")) == ["Sián O'Dowd"]


def test_a_byline_with_all_the_names_and_more_is_the_fuller_statement():
    stated = claim("json-ld", 0.9, "Nora Quill")
    assert chosen(stated, claim("byline", 0.6, "Nora Quill", "Otto Brandel")) == ["Nora Quill", "Otto Brandel"]
    assert chosen(stated, claim("link", 0.65, "Nora Quill", "Fact Checker")) == ["Nora Quill"]


def test_names_that_ran_together_lose_to_the_same_names_apart():
    glued = claim("json-ld", 0.9, "Nora Quill Otto Brandel")
    assert chosen(glued, claim("meta", 0.8, "Nora Quill", "Otto Brandel")) == ["Nora Quill", "Otto Brandel"]


def test_a_company_beside_people_is_left_out():
    assert chosen(claim("meta", 0.8, ("Gazette Media", "organisation"), "Nora Quill")) == ["Nora Quill"]


def test_every_claim_that_lost_says_why():
    decision = decide_authors(
        [
            claim("json-ld", 0.9, "Nora Quill"),
            claim("meta", 0.8, "Nora Quill"),
            claim("link", 0.65, "Otto Brandel"),
            claim("feed", 0.7, ("Gazette", "organisation")),
        ]
    )
    assert decision.chosen is not None
    assert decision.chosen.confidence > 0.9
    assert [lost.reason for lost in decision.lost] == [
        "says the same",
        "other claims weigh more",
        "names no person and no agency",
    ]


def test_without_claims_there_is_no_author():
    assert decide_authors([]).chosen is None
    assert decide_authors([Claim((), "meta", 0.8)]).chosen is None
