"""Addresses whose only business is to send the reader on, with the article's own address written in them.

A redirector is in the table by its host and path. On any other host a parameter that looks like an address may be what
the page is chosen by, so nothing is unwrapped there. Left out on purpose: redirectors that keep the target to
themselves (t.co, feedproxy.google.com, news.google.com/rss), copies that are not the original (web archives,
translators), and affiliate networks (no article is behind a shop's link).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from newswire.domain.urls import redirector_forms
from newswire.domain.urls.redirector_forms import TargetReader, in_query
from newswire.domain.urls.syntax import HttpUrl, parse

GOOGLE: Final = tuple(
    f"google.{suffix}"
    for suffix in (
        *("com", "ae", "at", "be", "bg", "ca", "ch", "cl", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu"),
        *("ie", "is", "it", "lt", "lu", "lv", "nl", "no", "pl", "pt", "ro", "rs", "ru", "se", "si", "sk"),
        *("co.id", "co.il", "co.in", "co.jp", "co.ke", "co.kr", "co.nz", "co.th", "co.uk", "co.za", "com.ar", "com.au"),
        *("com.br", "com.co", "com.eg", "com.hk", "com.mx", "com.my", "com.ng", "com.pe", "com.ph", "com.pk"),
        *("com.sa", "com.sg", "com.tr", "com.tw", "com.ua", "com.vn"),
    )
)
_WWW_GOOGLE: Final = tuple(f"www.{domain}" for domain in GOOGLE)
_NEWS_GOOGLE: Final = tuple(f"news.{domain}" for domain in GOOGLE)

REDIRECTORS: Final[tuple[tuple[tuple[str, ...], str, TargetReader], ...]] = (
    # hosts ("*." is any one label), path (a last "*" is anything), where the target is written
    # search engines and their alerts
    ((*GOOGLE, *_WWW_GOOGLE), "/url", in_query("url", "q")),
    ((*_WWW_GOOGLE, *_NEWS_GOOGLE), "/news/url", in_query("url", "q")),
    ((*_WWW_GOOGLE,), "/amp/*", redirector_forms.amp_cache("/amp/")),
    (("*.cdn.ampproject.org", "cdn.ampproject.org"), "/c/*", redirector_forms.amp_cache("/c/")),
    (("*.cdn.ampproject.org", "cdn.ampproject.org"), "/v/*", redirector_forms.amp_cache("/v/")),
    (("bing.com", "www.bing.com"), "/news/apiclick.aspx", in_query("url")),
    (("bing.com", "www.bing.com"), "/ck/a", redirector_forms.bing),
    (("duckduckgo.com", "html.duckduckgo.com", "lite.duckduckgo.com"), "/l/", in_query("uddg")),
    (("r.search.yahoo.com",), "/*", redirector_forms.yahoo),
    # social networks
    (("l.facebook.com", "lm.facebook.com", "m.facebook.com", "www.facebook.com"), "/l.php", in_query("u")),
    (("l.messenger.com",), "/l.php", in_query("u")),
    (("l.instagram.com", "l.threads.com", "l.threads.net"), "/", in_query("u")),
    (("l.wl.co",), "/l", in_query("u")),
    (("www.linkedin.com",), "/redir/redirect", in_query("url")),
    (("www.linkedin.com",), "/safety/go", in_query("url")),
    (("out.reddit.com",), "/*", in_query("url")),
    (("t.umblr.com",), "/redirect", in_query("z")),
    (("vk.com", "away.vk.com", "www.vk.com"), "/away.php", in_query("to")),
    (("m.vk.com",), "/away", in_query("to")),
    (("m.youtube.com", "www.youtube.com", "youtube.com"), "/redirect", in_query("q")),
    (("steamcommunity.com",), "/linkfilter/", in_query("u", "url")),
    (("link.zhihu.com",), "/", in_query("target")),
    (("weibo.cn", "weibo.com"), "/sinaurl", in_query("u")),
    # readers, comments and messengers
    (("getpocket.com",), "/redirect", in_query("url")),
    (("disq.us",), "/", redirector_forms.disqus),
    (("disq.us",), "/url", redirector_forms.disqus),
    (("medium.com",), "/r/", in_query("url")),
    (("slack-redir.net",), "/link", in_query("url")),
    (("t.me",), "/iv", in_query("url")),
    (("href.li",), "/", redirector_forms.whole_query),
    # feeds of one publisher
    (("go.theregister.com",), "/feed/*", redirector_forms.below("/feed/", "https")),
    # gateways that mail goes through: newswire has its own guard against what they guard against
    (("*.safelinks.protection.outlook.com",), "/*", in_query("url")),
    (("statics.teams.cdn.office.net",), "/evergreen-assets/safelinks/*", in_query("url")),
    (("urldefense.proofpoint.com",), "/v1/url", in_query("u")),
    (("urldefense.com", "urldefense.proofpoint.com"), "/v2/url", redirector_forms.proofpoint_2),
    (("urldefense.com", "urldefense.proofpoint.com", "urldefense.us"), "/v3/*", redirector_forms.proofpoint_3),
)


def _by_host(
    table: Iterable[tuple[tuple[str, ...], str, TargetReader]],
) -> Mapping[str, tuple[tuple[str, TargetReader], ...]]:
    grouped: dict[str, tuple[tuple[str, TargetReader], ...]] = {}
    for hosts, path, reading in table:
        for host in hosts:
            grouped[host] = (*grouped.get(host, ()), (path, reading))
    return grouped


_BY_HOST: Final = _by_host(REDIRECTORS)


def is_redirector(url: HttpUrl) -> bool:
    """Whether ``url`` is in the table, with a target that can be read or without."""
    return _reading_of(url) is not None


def target_of(url: HttpUrl) -> HttpUrl | None:
    """The address that a redirector's ``url`` leads to; None where it is none, or its target is not beyond doubt."""
    reading = _reading_of(url)
    text = reading(url) if reading else None
    if text is None:
        return None
    try:
        target = parse(text)
    except ValueError:
        return None
    return replace(target, fragment=target.fragment or url.fragment)  # as a browser does (RFC 9110 §10.2.2)


def _reading_of(url: HttpUrl) -> TargetReader | None:
    if url.port is not None:
        return None
    rules = _BY_HOST.get(url.host) or _BY_HOST.get("*." + url.host.partition(".")[2], ())
    for path, reading in rules:
        if url.path.startswith(path[:-1]) if path.endswith("*") else url.path == path:
            return reading
    return None
