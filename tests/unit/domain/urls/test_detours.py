"""Redirects that are not the article."""

import pytest

from newswire.domain.urls.detours import leads_nowhere


@pytest.mark.parametrize(
    ("asked", "final"),
    [
        ("https://n.example/2026/a", "https://n.example/"),
        ("https://n.example/2026/a", "https://consent.n.example/collect?to=a"),
        ("https://n.example/2026/a", "https://n.example/login?next=a"),
        ("https://n.example/2026/a", "https://accounts.big.example/signin/v2"),
        ("https://t.example/1", "https://l.facebook.com/l.php?u=https%3A%2F%2Fn.example%2Fa"),
        ("https://www.google.com/url?q=x", "https://www.google.com/url?q=x"),
    ],
)
def test_front_pages_and_walls_are_not_the_article(asked, final):
    assert leads_nowhere(asked, final)


@pytest.mark.parametrize(
    ("asked", "final"),
    [
        ("https://n.example/a", "https://n.example/a"),
        ("https://n.example/", "https://www.n.example/"),
        ("https://feeds.example/~r/n/x", "https://n.example/2026/a"),
        ("https://n.example/login-law-passes", "https://n.example/2026/login-law-passes"),
        ("https://n.example/?p=12", "https://n.example/2026/a"),
        ("https://n.example/a", "https://n.example/?p=12"),
    ],
)
def test_ordinary_moves_are_followed(asked, final):
    assert not leads_nowhere(asked, final)
