"""Canonical links that a template gives all its pages."""

import pytest

from newswire.domain.urls.canonical import believed_canonical, distrusted_canonical

SITE = "https://news.example"


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("/", "/politics/a-story"),
        ("/politics", "/politics/a-story"),
        ("/politics/", "/politics/2026/11/a-story.html"),
        ("/2026/11", "/2026/11/4711"),
        ("/index.html", "/politics/a-story"),
        ("/politics/index.php", "/sport/a-story"),
        ("/politics/index.html", "/politics/a-story"),
        ("/article.php", "/article.php?id=7"),
        ("/article.php", "/article.php?lang=en&newsId=7"),
        ("/index.php", "/index.php?p=4711"),
        ("/", "/?p=4711"),
        ("/show", "/show?a=b&story=x"),
    ],
)
def test_the_root_a_section_an_index_and_a_script_without_its_query_are_not_believed(link: str, page: str) -> None:
    assert believed_canonical(SITE + link, SITE + page) is None
    assert distrusted_canonical(SITE + link, SITE + page)


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("/politics/a-story", "/politics/a-story/amp"),
        ("/politics/a-story", "/politics/a-story/amp/"),
        ("/politics/a-story", "/amp/politics/a-story"),
        ("/politics/a-story", "/politics/a-story/print"),
        ("/politics/a-story", "/politics/a-story/page/2"),
        ("/politics/a-story", "/politics/a-story/2/"),
        ("/politics/a-story", "/politics/a-story?page=2"),
        ("/politics/a-story", "/politics/a-story?output=amp&sid=12ab"),
        ("/politics/a-story/index.html", "/politics/a-story/"),
        ("/politics/a-story/", "/politics/a-story/index.html"),
        ("/2026/a-story/index.html", "/m/a-story.html"),
        ("/article.php?id=7", "/article.php?id=7&layout=wide"),
        ("/politics/a-story", "/article.php?id=7"),
        ("/politics/a-story", "/politics/a-stori"),
        ("/", "/index.html"),
    ],
)
def test_other_forms_of_a_page_are_still_joined(link: str, page: str) -> None:
    assert believed_canonical(SITE + link, SITE + page) == SITE + link
    assert not distrusted_canonical(SITE + link, SITE + page)


def test_a_mobile_host_is_joined_and_another_site_is_nobody_to_distrust() -> None:
    assert believed_canonical("https://a.com/b", "https://m.a.com/b") == "https://a.com/b"
    assert not distrusted_canonical("https://other.example/", f"{SITE}/a")
    assert not distrusted_canonical(None, f"{SITE}/a")
