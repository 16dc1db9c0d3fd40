"""Which address an article is known by, and which site answers for it.

Two addresses are joined only where no server could mean two articles by them; when in doubt they stay
two, and the content hash finds the reprint.
"""

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from newswire.domain.urls.claims import template_claim
from newswire.domain.urls.hosts import parse_host
from newswire.domain.urls.redirectors import is_redirector, target_of
from newswire.domain.urls.syntax import HttpUrl, dotless, parse
from newswire.domain.urls.tracking import is_tracking

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_LAYERS: Final = 5
"""Redirectors in one another. An address wound deeper is left as it is, to be followed like any other."""

_SESSION: Final = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
"""Servlet specification §7.1.3: the session as a parameter of the path."""


def canonicalize(url: str, *, unwrap: bool = True) -> str:
    """The one form of ``url`` that an article is known by: normalised, unwrapped, without session and tracking.

    A redirector's address that shows where it leads (`newswire.domain.urls.redirectors`) is replaced by that.
    Parameters that are no tracking (`newswire.domain.urls.tracking`) stay as they are, in their order, with
    their repetitions. The function is idempotent. Mobile and AMP forms stay: only a page's own canonical
    link can say what they are forms of.

    Args:
        url: absolute.
        unwrap: False for an address that answered. What was read there is no word of whom it leads to.

    Raises:
        ValueError: it cannot be an http(s) address; the text says why.
    """
    return str(_canonical(url, unwrap=unwrap))


def _canonical(url: str, *, unwrap: bool = True) -> HttpUrl:
    given = layer = parse(url)
    layers = 0
    while layers <= MAX_LAYERS:
        target = target_of(layer) if unwrap else None
        if target is not None:
            layers += 1
        else:
            target = _without_tracking(layer)
            if target == layer:
                return layer
        layer = target
    return given


def _without_tracking(url: HttpUrl) -> HttpUrl:
    if is_redirector(url):  # its parameters are its own affair, and they are what it leads by
        return url
    path = dotless(_SESSION.sub("", url.path)) if ";" in url.path else url.path
    kept = url.query
    if kept:
        domain = _icann_domain(url.host)
        kept = "&".join(part for part in kept.split("&") if not _is_tracking(part, domain))
    return replace(url, path=path, query=kept)


def _is_tracking(parameter: str, domain: str) -> bool:
    # Feeds that escape twice leave "&amp;utm_source=…", whose name then begins with "amp;".
    return is_tracking(unquote(parameter.partition("=")[0]).lower().removeprefix("amp;"), domain)


def registrable_domain(url_or_host: str) -> str:
    """The domain that one registrant answers for, e.g. ``bbc.co.uk``: the unit of politeness.

    Only the suffixes of registries count, so all of ``github.io`` is one domain. An IP address, a name
    without a public suffix and a public suffix are their own domain.

    Raises:
        ValueError: neither an http(s) address nor a host.
    """
    return _icann_domain(_host_of(url_or_host))


def site_of(url_or_host: str) -> str:
    """The domain within which a page is believed about its neighbours: the unit of identity.

    Private suffixes count too, so ``a.github.io`` and ``b.github.io`` are two sites.

    Raises:
        ValueError: neither an http(s) address nor a host.
    """
    return _private_domain(_host_of(url_or_host))


def believed_canonical(link: str | None, fetched_url: str) -> str | None:
    """The page's own canonical link, canonicalised, or None where it is not to be believed.

    It is believed within its own site and port only (both schemes' own ports are one), so no site may claim another's
    article. A claim that a template makes for all its pages is not believed either: see `template_claim`.

    Raises:
        ValueError: ``fetched_url`` is no http(s) address.
    """
    page, claimed = _canonical(fetched_url, unwrap=False), _claim_within_site(link, fetched_url)
    if claimed is None or template_claim(claimed, page):
        return None
    if page.fragment and not claimed.fragment:  # what a page of scripts is sent as cannot tell its articles apart
        return None
    return str(claimed)


def distrusted_canonical(link: str | None, fetched_url: str) -> bool:
    """Whether the page claims an address of its own site that is not believed to be the article's."""
    claimed = _claim_within_site(link, fetched_url)
    return claimed is not None and template_claim(claimed, _canonical(fetched_url, unwrap=False))


def _claim_within_site(link: str | None, fetched_url: str) -> HttpUrl | None:
    page = _canonical(fetched_url, unwrap=False)
    try:
        claimed = _canonical(link) if link else None
    except ValueError:
        return None
    if claimed is None or claimed.port != page.port or _private_domain(claimed.host) != _private_domain(page.host):
        return None
    return claimed


def _host_of(url_or_host: str) -> str:
    return parse(url_or_host).host if "://" in url_or_host else parse_host(url_or_host.strip())


@lru_cache(maxsize=16_384)
def _icann_domain(host: str) -> str:
    return _suffixes(private=False).extract_str(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=16_384)
def _private_domain(host: str) -> str:
    return _suffixes(private=True).extract_str(host).top_domain_under_public_suffix or host


@cache
def _suffixes(*, private: bool) -> "TLDExtract":
    from tldextract import TLDExtract  # noqa: PLC0415  # it loads an HTTP client, and most commands ask for no domain

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private)
