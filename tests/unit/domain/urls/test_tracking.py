"""The list of tracking parameters is data: these are its rules."""

import pytest

from newswire.domain.urls.canonical import registrable_domain
from newswire.domain.urls.tracking import BY_DOMAIN, EVERYWHERE, is_tracking

CHOOSING = ("a", "article", "articleid", "id", "item", "n", "news", "nid", "p", "page", "page_id", "post", "q", "story")
OPENING = ("accesstoken", "gift", "giftid", "pwapi_token", "sharetoken", "sk", "st", "token", "unlocked_article_code")


def test_no_name_is_listed_twice_or_in_a_form_that_is_never_looked_up():
    everywhere = list(EVERYWHERE)
    assert len(everywhere) == len(set(everywhere))
    domains = [domain for listed, _ in BY_DOMAIN for domain in listed]
    assert len(domains) == len(set(domains))
    for _, names in BY_DOMAIN:
        assert len(names) == len(set(names))
        assert not [name for name in names if is_tracking(name.removesuffix("*"), "n.example")]
    for name in [*everywhere, *(name for _, names in BY_DOMAIN for name in names)]:
        assert name == name.lower().strip()
        assert "*" not in name[:-1]
        assert len(name.removesuffix("*")) > 2 or not name.endswith("*")


def test_every_domain_is_a_registrable_one():
    assert [domain for listed, _ in BY_DOMAIN for domain in listed if registrable_domain(domain) != domain] == []


@pytest.mark.parametrize("name", CHOOSING + OPENING)
def test_names_that_choose_or_open_pages_are_tracking_nowhere(name):
    assert not is_tracking(name, "n.example")
    assert [domain for listed, _ in BY_DOMAIN for domain in listed if is_tracking(name, domain)] == []
