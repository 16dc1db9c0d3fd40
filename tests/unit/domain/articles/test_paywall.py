"""The free part of an article behind a paywall is known by its length and by the offer below it."""

from newswire.domain.articles.paywall import is_paywalled

OFFER = "Subscribe now. Already a subscriber? Log in. Cancel any time."


def test_a_short_text_above_an_offer_that_is_not_free_is_the_free_part():
    assert is_paywalled(40, OFFER, free=False)


def test_a_long_text_is_not_nor_is_one_without_an_offer_or_a_free_one():
    assert not is_paywalled(400, OFFER, free=False)
    assert not is_paywalled(40, "", free=False)
    assert not is_paywalled(40, OFFER * 3, free=True)


def test_where_the_publisher_says_nothing_a_very_short_text_needs_several_offers():
    assert is_paywalled(40, OFFER, free=None)
    assert not is_paywalled(40, "Subscribe now.", free=None)
    assert not is_paywalled(200, OFFER, free=None)
