"""Against which address the relative links of a feed's entries are resolved."""

from collections.abc import Iterable
from typing import Final

from newswire.domain.urls.canonical import registrable_domain
from newswire.domain.urls.syntax import parse

_DELIVERS: Final = frozenset({"api", "atom", "cdn", "feed", "feeds", "rss", "static", "syndication", "xml"})
"""First labels of hosts that only deliver feeds: no articles are served there."""


def link_base(document: str, site: str | None, links: Iterable[str | None]) -> str:
    """The base of links that stand under no ``xml:base``: ``document``, or ``site`` where articles are only there.

    RFC 3986 §5.1.3 says the address that the document came from. Publishers mean their site, and a feed may be served
    from elsewhere: the RSS Advisory Board advises to take the channel's link. In this order:

    1. The host of both is the same, or there is no ``site``: the document's address.
    2. The host to which more of the entries' absolute ``links`` lead, if they lead to one of the two at all.
    3. Hosts of two registrable domains, or a host that by its name only delivers feeds (``feeds.…``): the site.
    4. Two hosts of one registrable domain (``blog.…`` and ``www.…``): the document's address.

    ``document`` and ``site`` are absolute http(s) addresses; what cannot be parsed gives ``document``.
    """
    here, there = _netloc(document), _netloc(site)
    if site is None or here is None or there is None or here == there:
        return document
    hosts = [_netloc(link) for link in links]
    for_document, for_site = hosts.count(here), hosts.count(there)
    if for_document != for_site:
        return site if for_site > for_document else document
    related = registrable_domain(document) == registrable_domain(site)
    return site if not related or parse(document).host.partition(".")[0] in _DELIVERS else document


def _netloc(address: str | None) -> str | None:
    try:
        return parse(address).netloc if address else None
    except ValueError:
        return None
