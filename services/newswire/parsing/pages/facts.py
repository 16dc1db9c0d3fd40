"""Gathers what a page claims about its article, in one walk over the page."""

from typing import Any

from newswire.domain.articles.facts.page_claims import PageClaims
from newswire.parsing.pages.author_claims import author_claims
from newswire.parsing.pages.date_claims import modified_claims, published_claims
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, text_of
from newswire.parsing.pages.marks import read_marks
from newswire.parsing.pages.site_names import title_sites
from newswire.parsing.pages.title_claims import title_claims
from newswire.parsing.text.language import language_code


def read_claims(head: Head, article: NodeObject, tree: Any, url: str) -> PageClaims:
    """All claims of a page at ``url``. ``tree`` is an lxml.html root element and is left as it is."""
    titles = (text_of(article.get("headline")), head.first("og:title"), head.title)
    marks = read_marks(tree, language_code(head.lang), tuple(filter(None, titles)))
    return PageClaims(
        titles=title_claims(head, article, marks),
        authors=author_claims(head, article, marks, tree),
        published=published_claims(head, article, marks, tree, url),
        modified=modified_claims(head, article, marks),
        sites=title_sites(head, article),
    )
