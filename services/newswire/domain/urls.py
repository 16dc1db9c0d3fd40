"""Which address an article is known by, and which site answers for it.

Two addresses are joined only where no server could mean two articles by them; when in doubt they stay
two, and the content hash finds the reprint.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from tldextract import TLDExtract

from newswire.domain.url_syntax import HttpUrl, parse, parse_host

TRACKING_PREFIXES: Final = ("utm_", "mtm_", "piwik_", "hsa_", "__hs")
TRACKING_NAMES: Final = frozenset(
    (
        # click ids of advertising networks
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid"),
        *("fbclid", "igsh", "igshid", "msclkid", "yclid", "ysclid", "ymclid", "twclid", "ttclid", "li_fat_id"),
        *("epik", "rdt_cid", "sccid", "irclickid", "s_kwcid", "ef_id", "rb_clickid", "_openstat", "wickedid"),
        # social networks
        *("fb_action_ids", "fb_action_types", "fb_source", "fb_ref", "__twitter_impression"),
        # newsletters and marketing suites
        *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "hsctatracking", "vero_id", "vero_conv", "__s"),
        *("ml_subscriber", "ml_subscriber_hash", "sc_eh", "sc_uid", "_bta_c", "_bta_tid", "trk_contact"),
        *("trk_msg", "trk_module", "trk_sid", "dm_i", "_ke", "cmpid", "wt_mc", "wt.mc_id", "wt_zmc", "xtor"),
        # web analytics
        *(
            "_ga",
            "_gl",
            "ga_source",
            "ga_medium",
            "ga_campaign",
            "ga_content",
            "ga_term",
            "guccounter",
            "guce_referrer",
        ),
        *("guce_referrer_sig", "intcmp", "tracking_source", "oly_anon_id", "oly_enc_id"),
        *("pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid"),
        *("at_medium", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3", "at_custom4"),
        *("at_format", "at_link_id", "at_link_origin", "at_link_type", "at_ptr_name", "at_bbc_team"),
        *("ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee"),
    )
)
"""Query parameters (in lower case) that say who sent the reader, never what is read.

Left out on purpose, because some site chooses its page by them: ``ref``, ``source``, ``src``, ``from``,
``cid``, ``id``, ``via``, ``page``, ``share``, ``output``, ``amp``, ``smid``, ``ocid``, ``cmp``.
"""

_ICANN: Final = TLDExtract(suffix_list_urls=(), cache_dir=None)
_WITH_PRIVATE: Final = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def canonicalize(url: str) -> str:
    """The one form of ``url`` that an article is known by: normalised, without fragment and tracking.

    Every other query parameter stays as it is, in its order, with its repetitions. The function is
    idempotent.

    Raises:
        ValueError: it cannot be an http(s) address; the text says why.
    """
    return str(_canonical(url))


def _canonical(url: str) -> HttpUrl:
    parsed = parse(url)
    if not parsed.query:
        return parsed
    kept = "&".join(part for part in parsed.query.split("&") if not _is_tracking(part))
    return parsed if kept == parsed.query else replace(parsed, query=kept)


def _is_tracking(parameter: str) -> bool:
    # Feeds that escape twice leave "&amp;utm_source=…", whose name then begins with "amp;".
    name = unquote(parameter.partition("=")[0]).lower().removeprefix("amp;")
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


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

    It is believed within its own site and port only (both schemes' own ports are one), so no site may
    claim another's article. A link from an article to its site's root is a template's mistake that
    would make one article of them all.

    Raises:
        ValueError: ``fetched_url`` is no http(s) address.
    """
    page = _canonical(fetched_url)
    if not link:
        return None
    try:
        claimed = _canonical(link)
    except ValueError:
        return None
    if claimed.port != page.port or _private_domain(claimed.host) != _private_domain(page.host):
        return None
    if _is_root(claimed) and not _is_root(page):
        return None
    return str(claimed)


def _is_root(url: HttpUrl) -> bool:
    return url.path == "/" and not url.query


def _host_of(url_or_host: str) -> str:
    return parse(url_or_host).host if "://" in url_or_host else parse_host(url_or_host.strip())


@lru_cache(maxsize=16_384)
def _icann_domain(host: str) -> str:
    return _ICANN.extract_str(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=16_384)
def _private_domain(host: str) -> str:
    return _WITH_PRIVATE.extract_str(host).top_domain_under_public_suffix or host
