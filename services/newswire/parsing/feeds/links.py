"""The links of a feed and of its entries: which of them leads where."""

from typing import Final

from newswire.parsing.feeds.raw import Raw, as_given, dicts, string
from newswire.parsing.text.addresses import absolute

MAX_HUBS: Final = 10
_PAGES: Final = ("text/html", "application/xhtml+xml")

_REGISTERED: Final = "http://www.iana.org/assignments/relation/"


def related(raw: Raw, relation: str, base: str) -> tuple[str, ...]:
    """Where the links of one relation lead, each once; a relation's full IRI is its name (RFC 4287 §4.2.7.2)."""
    links = (link for link in dicts(raw, "links") if string(link, "rel").removeprefix(_REGISTERED) == relation)
    addresses = (absolute(string(link, "href"), base) for link in links)
    return tuple(dict.fromkeys(address for address in addresses if address))


def link_of(raw: Raw, base: str, document: str) -> str | None:
    """The page of a raw feed or entry: FeedBurner's original, the alternate link, or a guid that is a permalink.

    Relative links are resolved against ``base``. ``document`` is the feed's own address: a link to it is none.
    """
    if original := absolute(string(raw, "feedburner_origlink"), base):
        return original
    candidates = [absolute(href, base) for href in alternates(raw)]
    # feedparser takes a guid for the link if there is no link element and the guid does not say isPermaLink="false".
    # RSS 2.0 makes that a permalink, but many a bare number is none: it has to be a whole URL.
    candidates.append(absolute(string(raw, "link"), ""))
    return next((address for address in candidates if address and address != document), None)


def stand_in_of(raw: Raw, base: str, document: str) -> str | None:
    """The last resort for an entry without a page: its id if that is an address, else its own (``self``) link.

    RSS says of ``isPermaLink="false"`` that the guid need not be an address, and Atom says of ``self`` that it leads to
    the entry. If there is nothing else, both are tried rather than losing the entry.
    """
    others = (absolute(as_given(raw, "id"), ""), *related(raw, "self", base))
    return next((address for address in others if address and address != document), None)


def alternates(raw: Raw) -> list[str]:
    """The addresses of the alternate links as they are given, web pages first."""
    links = [link for link in dicts(raw, "links") if (string(link, "rel") or "alternate") == "alternate"]
    links.sort(key=lambda link: (string(link, "type") or "text/html") not in _PAGES)
    return [string(link, "href") for link in links]
