"""Addresses that nobody here wrote: how far newswire agrees with browsers, with a crawler and with a list of trackers.

The floors are what was measured; a lower figure is a regression. ``-s`` prints the table.
"""

import csv
import gzip
import json
import re
from collections import Counter
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

import pytest

from newswire.domain.urls.canonical import canonicalize, registrable_domain
from newswire.domain.urls.redirectors import is_redirector
from newswire.domain.urls.syntax import parse
from newswire.domain.urls.tracking import BY_DOMAIN, is_tracking
from newswire.errors import Reject
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.text.addresses import absolute
from support.corpus import CORPUS

URLS = CORPUS / "urls"
pytestmark = pytest.mark.skipif(not URLS.is_dir(), reason="no URL corpus: NEWSWIRE_CORPUS names no folder with one")


def rows(name):
    lines = (URLS / name).read_text("utf-8").splitlines()
    return list(
        csv.reader((line for line in lines if line.strip() and not line.startswith("#")), skipinitialspace=True)
    )


def told(title, counts):
    print(f"\n{title}: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items(), key=str)))


# ------------------------------------------------------------------------------------------ a crawler
def loosened(url):
    """What only a crawler that joins pages would call one: empty segments, order and empty values of parameters."""
    parts = urlsplit(url)
    path = "/".join(segment for segment in parts.path.split("/") if segment)
    return parts.netloc, path, sorted(pair for pair in parse_qsl(parts.query) if pair[0])


def test_a_crawlers_normal_forms_are_shared_but_where_they_could_join_two_pages():
    counts = Counter()
    for url, normal in rows("cc-weirdToNormalizedUrls.csv"):
        if not url.startswith(("http://", "https://")) or any(char < " " for char in url):
            with pytest.raises(ValueError, match="address"):
                canonicalize(url)
            counts["refused (no http address, or control characters)"] += 1
            continue
        ours = canonicalize(url)
        assert loosened(ours) == loosened(normal.strip()), url
        counts["equal" if ours == normal.strip() else "apart (empty segments, order, empty values)"] += 1
    told("normal forms of a crawler", counts)
    assert counts["equal"] >= 37


def test_what_a_crawler_calls_invalid_is_refused():
    for (url,) in rows("cc-invalidUrls.csv"):
        with pytest.raises(ValueError, match="host"):
            canonicalize(url)


def test_relative_addresses_are_resolved_as_a_crawler_resolves_them():
    counts = Counter()
    for relative, base, resolved in rows("cc-url-resolve.csv"):
        ours = absolute(relative, base)
        assert ours == resolved, relative
        counts["equal"] += 1
    told("resolving of a crawler", counts)


# ------------------------------------------------------------------------------------------- browsers
def cases():
    return [case for case in json.loads((URLS / "wpt-urltestdata.json").read_text("utf-8")) if isinstance(case, dict)]


def differs(case, ours):
    """In what our reading of an address differs from a browser's, as one word; "" where it does not.

    Hosts are compared without the last dot (it is a matter of DNS, not of the page), paths by segment
    and by the bytes that their escapes stand for.
    """
    if case.get("failure"):
        return "a browser refuses it"
    if (ours.host, str(ours.port or "")) != (case["hostname"].removesuffix("."), case["port"]):
        return "host"
    theirs = [unquote_to_bytes(segment) for segment in case["pathname"].split("/")]
    return "" if [unquote_to_bytes(segment) for segment in ours.path.split("/")] == theirs else "path"


def test_browsers_and_newswire_read_the_same_host_and_path_or_newswire_refuses():
    counts = Counter()
    apart = []
    for case in cases():
        if case.get("base") not in (None, "about:blank") and not case["input"].strip().lower().startswith("http"):
            continue
        try:
            ours = parse(case["input"])
        except ValueError:
            web = case.get("protocol") in ("http:", "https:")
            counts["refused by us alone" if web else "refused by both (or no http address)"] += 1
            continue
        how = differs(case, ours)
        counts[how or "equal"] += 1
        # Characters that IDNA has no place for, in a name that is already encoded: whether it exists, DNS decides.
        if how and not (case.get("failure") and "xn--" in case["input"]):
            apart.append((how, case["input"], str(ours), case.get("href")))
    told("addresses of browsers", counts)
    assert apart == []
    assert counts["equal"] >= 57


def test_relative_addresses_are_resolved_as_browsers_resolve_them_or_not_at_all():
    counts = Counter()
    apart = []
    for case in cases():
        base = case.get("base")
        if not (base or "").startswith("http") or case["input"].strip().lower().startswith("http"):
            continue
        link = absolute(case["input"], base)
        try:
            ours = parse(link or "")
        except ValueError:
            counts["refused by us" if case.get("protocol") in ("http:", "https:") else "refused by both"] += 1
            continue
        how = differs(case, ours)
        counts[how or "equal"] += 1
        if how:
            apart.append((how, case["input"], base, str(ours), case.get("href")))
    told("relative addresses of browsers", counts)
    assert apart == []
    assert counts["equal"] >= 27


# ---------------------------------------------------------------------------------- a list of trackers
def providers():
    return json.loads((URLS / "clearurls-data.min.json").read_text("utf-8"))["providers"]


def names_of(rules):
    """The plain names among a provider's rules; a rule that is a pattern for many names is not one."""
    plain = (rule.removeprefix("(?:%3F)?") for rule in rules)
    return [name for name in plain if re.fullmatch(r"[\w.$-]+", name)]


def domain_of(pattern):
    """The domain of a provider's address pattern, or None where it is for several or for any."""
    found = re.search(r"\)\*\?([a-z0-9-]+(?:\\\.[a-z0-9-]+)+)", pattern) or re.search(
        r"\/\/(?:www\\\.)?([a-z0-9-]+(?:\\\.[a-z0-9-]+)+)", pattern
    )
    return found[1].replace("\\.", ".") if found else None


def test_of_a_list_of_trackers_what_cannot_choose_an_article_is_dropped():
    everywhere = names_of(providers()["globalRules"]["rules"])
    kept = [name for name in everywhere if not is_tracking(name, "n.example")]
    told("names tracking everywhere", {"dropped": len(everywhere) - len(kept), f"kept ({' '.join(kept)})": len(kept)})
    counts = Counter()
    for provider in providers().values():
        domain = domain_of(provider["urlPattern"])
        if domain is None or not provider.get("rules"):
            continue
        for name in names_of(provider["rules"]):
            dropped = is_tracking(name, registrable_domain(domain))
            counts["dropped" if dropped else "kept", "sites we list" if is_listed(domain) else "other sites"] += 1
    told("names tracking on one site", counts)
    assert len(everywhere) - len(kept) >= 30
    assert counts["dropped", "sites we list"] >= 58


def is_listed(domain):
    return registrable_domain(domain) in {listed for domains, _ in BY_DOMAIN for listed in domains}


# ----------------------------------------------------------------------------------------- real feeds
def test_no_two_entries_of_a_real_feed_become_one_by_their_addresses():
    counts = Counter()
    joined = []
    for path in sorted((CORPUS / "feeds-real").glob("*.gz")):
        try:
            entries = parse_feed(gzip.decompress(path.read_bytes()), "http://127.0.0.1/feed", None).entries
        except Reject:
            continue
        by_address: dict[str, set[str]] = {}
        for entry in entries:
            if entry.url is not None:
                by_address.setdefault(canonicalize(entry.url), set()).add(str(parse(entry.url)))
                counts["entries"] += 1
                counts["changed"] += canonicalize(entry.url) != str(parse(entry.url))
                counts["redirectors"] += is_redirector(parse(entry.url))
        joined += [(path.name, address, forms) for address, forms in by_address.items() if len(forms) > 1]
    told("addresses of real feeds", counts)
    assert joined == []
