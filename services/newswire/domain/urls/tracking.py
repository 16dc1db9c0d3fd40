"""Query parameters that say who sent the reader, never what is read: data, and how a name is looked up in it.

In lower case; a name that ends in ``*`` stands for all that begin so. What stands here changes which articles are
one, so it is part of a release and no setting: replicas that read different lists would disagree on identity.

A name comes in when nobody chooses a page by it: everywhere (`EVERYWHERE`: the name is its maker's own) or on one
publisher's domain (`BY_DOMAIN`: its own feeds, mails and share buttons add it, and its articles go by the path or by
another parameter). When in doubt it stays out, and the content hash finds the reprint. Left out on purpose:

- ``ref``, ``source``, ``src``, ``from``, ``cid``, ``sid``, ``id``, ``via``, ``share``, ``page``, ``rss``, ``spm``,
  ``s_cid``, ``ncid``, ``icid`` at large: some site chooses its page by each of them;
- ``unlocked_article_code``, ``gift``, ``giftId``, ``shareToken``, ``accessToken``, ``pwapi_token``, ``st``, ``sk``:
  they open a page that is closed without them;
- ``amp``, ``outputType``, ``lang``, ``hl``, ``t``, ``seite``: they choose a form, a language, a place or a part;
- the parameters of shops, searches and logins: no article is behind them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

EVERYWHERE: Final = (
    # campaigns: Google Analytics, Matomo, HubSpot's ads, Blueshift; Google Analytics' older names
    *("utm_*", "mtm_*", "matomo_*", "piwik_*", "hsa_*", "bsft_*"),
    *("ga_source", "ga_medium", "ga_campaign", "ga_content", "ga_term"),
    *("pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid"),
    *("itm_source", "itm_medium", "itm_campaign", "itm_content", "itm_term"),
    # click ids of advertising networks
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid"),
    *("fbclid", "igsh", "igshid", "msclkid", "yclid", "ysclid", "ymclid", "twclid", "ttclid", "li_fat_id"),
    *("epik", "rdt_cid", "sccid", "irclickid", "s_kwcid", "ef_id", "rb_clickid", "_openstat", "wickedid", "sznclid"),
    *("dicbo", "oborigurl", "tblci", "_branch_match_id", "_branch_referrer"),
    # social networks
    *("fb_action_ids", "fb_action_types", "fb_source", "fb_ref", "fb_comment_id", "__twitter_impression", "echobox"),
    *("action_object_map", "action_type_map", "action_ref_map"),
    # newsletters and marketing suites
    *("mc_cid", "mc_eid", "mc_tc", "mkt_tok", "__hs*", "_hsenc", "_hsmi", "hsctatracking", "vero_id", "vero_conv"),
    *("__s", "ml_subscriber", "ml_subscriber_hash", "ck_subscriber_id", "sc_eh", "sc_uid", "_bta_c", "_bta_tid"),
    *("trk_contact", "trk_msg", "trk_module", "trk_sid", "dm_i", "_ke", "emci", "emdi"),
    *("elqtrackid", "elqtrack", "elqaid", "elqat", "elqak", "elqcampaignid"),
    *("spmailingid", "spuserid", "spjobid", "spreportid", "oly_anon_id", "oly_enc_id"),
    # web analytics
    *("_ga", "_gl", "guccounter", "guce_referrer", "guce_referrer_sig", "tracking_source"),
    *("cmpid", "intcmp", "wt_mc", "wt.mc_id", "wt_zmc", "wtrid", "xtor"),
    *("at_medium", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3", "at_custom4"),
    *("at_format", "at_link_id", "at_link_origin", "at_link_type", "at_ptr_name", "at_bbc_team"),
    *("ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee"),
    *("cx_testid", "cx_testvariant", "cx_artpos"),
    # what AMP's viewers add; AMP's own runtime takes them off
    *("amp_js_v", "amp_gsa", "amp_r", "amp_kit", "usqp"),
    # sessions of servlets (Servlet specification §7.1.3) and of PHP (session.use_trans_sid)
    *("jsessionid", "phpsessid"),
)

BY_DOMAIN: Final = (
    # newspapers, agencies and broadcasters
    (("aljazeera.com",), ("traffic_source",)),
    (("asahi.com",), ("iref", "ref")),
    (("bbc.com", "bbc.co.uk"), ("ocid", "intlink_from_url", "link_location")),
    (("bloomberg.com",), ("srnd", "sref", "leadsource")),
    (("brisbanetimes.com.au", "smh.com.au", "theage.com.au", "watoday.com.au"), ("ref",)),
    (("cbc.ca",), ("cmp",)),
    (("cbsnews.com", "cnet.com", "gamespot.com", "zdnet.com"), ("ftag",)),
    (("cnbc.com",), ("__source", "par")),
    (("cnn.com",), ("eref", "hpt", "iref", "iid")),
    (("dailymail.co.uk", "metro.co.uk", "thisismoney.co.uk"), ("ito",)),
    (("diepresse.com",), ("from",)),
    (("dw.com",), ("maca",)),
    (("economist.com",), ("fsrc",)),
    (("elpais.com",), ("ssm",)),
    (("forbes.com",), ("sh",)),
    (("ft.com",), ("ftcamp", "segmentid", "sharetype")),
    (("lastampa.it", "repubblica.it"), ("ref",)),
    (("lemonde.fr",), ("lmd_medium", "lmd_campaign", "lmd_creation")),
    (("ndtv.com",), ("pfrom",)),
    (("nikkei.com",), ("n_cid", "i_cid")),
    (("npr.org",), ("ft", "f", "sc")),
    (
        ("nytimes.com",),
        (
            *("smid", "smtyp", "emc", "partner", "rref", "referringsource", "nl", "te"),
            *("campaign_id", "instance_id", "segment_id", "regi_id", "user_id"),
        ),
    ),
    (("nzz.ch",), ("mktcid", "mktcval")),
    (("reuters.com",), ("feedtype", "feedname", "taid")),
    (("scmp.com",), ("module", "pgtype", "campaign")),
    (("sky.com",), ("dcmp",)),
    (("telegraph.co.uk",), ("icid", "li_source", "li_medium")),
    (("theguardian.com",), ("cmp",)),
    (("washingtonpost.com",), ("wpisrc", "wpmm", "wpsrc", "itid", "tid", "hpid")),
    (("barrons.com", "marketwatch.com", "wsj.com"), ("mod", "reflink")),
    (("yle.fi",), ("origin",)),
    # magazines
    (("gq.com", "newyorker.com", "vanityfair.com", "vogue.com", "wired.com"), ("mbid", "bxid", "cndid", "intcid")),
    # portals
    (("aktualne.cz", "novinky.cz", "respekt.cz", "seznamzpravy.cz"), ("dop_*",)),
    (("aol.com", "engadget.com", "huffpost.com", "techcrunch.com"), ("ncid",)),
    (("msn.com",), ("ocid", "cvid", "ei", "pc")),
    (("onet.pl",), ("srcc",)),
    (("yahoo.com",), (".tsrc", "tsrc", "soc_src", "soc_trk", "ncid")),
    # platforms that people write on
    (("bilibili.com",), ("spm_id_from", "vd_source")),
    (("facebook.com",), ("__tn__", "__xts__*", "__cft__*", "mibextid", "sfnsn", "fref", "hc_ref", "paipv", "eav")),
    (("linkedin.com",), ("trk", "trackingid", "refid", "lipi")),
    (("medium.com",), ("source",)),
    (("reddit.com",), ("share_id", "rdt", "ref", "ref_source", "ref_campaign", "correlation_id")),
    (("substack.com",), ("r", "s", "showwelcome", "isfreemail", "triedredirect")),
    (("tiktok.com",), ("_r", "_t")),
    (("twitter.com", "x.com"), ("s", "t", "ref_src", "ref_url", "cn", "cxt")),
    (("youtu.be", "youtube.com"), ("feature", "si", "pp", "ab_channel")),
    # products that articles review
    (
        (
            *("amazon.com", "amazon.co.uk", "amazon.de", "amazon.fr", "amazon.it", "amazon.es", "amazon.nl"),
            *("amazon.ca", "amazon.com.au", "amazon.in", "amazon.co.jp"),
        ),
        ("ref", "ref_", "pf_rd_*", "pd_rd_*", "tag", "ascsubtag", "linkcode", "creativeasin", "qid", "sr", "dib*"),
    ),
    (("imdb.com",), ("ref_", "pf_rd_*")),
    (("spotify.com",), ("si",)),
)


@dataclass(frozen=True, slots=True)
class _Names:
    whole: frozenset[str]
    beginnings: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.whole or name.startswith(self.beginnings)


def _names(patterns: Iterable[str]) -> _Names:
    known = frozenset(patterns)
    beginnings = {pattern for pattern in known if pattern.endswith("*")}
    return _Names(known - beginnings, tuple(sorted(pattern[:-1] for pattern in beginnings)))


_EVERYWHERE: Final = _names(EVERYWHERE)
_BY_DOMAIN: Final[Mapping[str, _Names]] = {
    domain: _names(patterns) for domains, patterns in BY_DOMAIN for domain in domains
}


def is_tracking(name: str, domain: str) -> bool:
    """Whether a parameter (its ``name`` in any case) is tracking on a registrable ``domain``."""
    name = name.lower()
    return name in _EVERYWHERE or (domain in _BY_DOMAIN and name in _BY_DOMAIN[domain])
