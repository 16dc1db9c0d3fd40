"""The names of a page's site: a headline is freed from them, and an author of that name is no person."""

from typing import Final
from urllib.parse import urlsplit

from newswire.domain.articles.facts.folding import folded
from newswire.domain.urls.canonical import registrable_domain
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, text_of, types_of

_SITE_TYPES: Final = frozenset({"website", "organization", "newsmediaorganization"})
_MOST_NODES: Final = 200
_LONGEST_NAME: Final = 200
_MOST_SITES: Final = 20
"""Names of one site. Every part of every title is compared with each."""
_GENERIC: Final = frozenset("www m news blog com net org co uk de edition en shop online amp mobile".split())  # noqa: SIM905  # reads better as words


def site_names(head: Head, article: NodeObject) -> frozenset[str]:
    """The folded names of the site and its publisher, and its domain."""
    stated = (text_of(head.data.resolve(node.get("publisher"))) for node in (article, head.data.page()))
    tagged = head.every("og:site_name", "application-name", "publisher", "apple-mobile-web-app-title")
    domain = _domain(head.url)
    names = (*(name for name in stated if name), *tagged[:_MOST_SITES], domain, domain.partition(".")[0])
    return frozenset(filter(None, map(folded, names)))


def title_sites(head: Head, article: NodeObject) -> frozenset[str]:
    """Folded names of the site: as stated, and as its host writes them."""
    names = set(site_names(head, article))
    for node in head.data.nodes[:_MOST_NODES]:
        if types_of(node) & _SITE_TYPES and (name := text_of(node.get("name"))):
            names.add(folded(name[:_LONGEST_NAME]))
    host = _host(head.url)
    labels = [label for label in host.split(".") if label not in _GENERIC and len(label) > 2]
    names.update(label.replace("-", "") for label in labels[:-1] or labels)
    names.update((folded(host.removeprefix("www.")), _domain(head.url).partition(".")[0].replace("-", "")))
    return frozenset(name for name in names if name)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _domain(url: str) -> str:
    try:
        return registrable_domain(url)
    except ValueError:
        return ""
