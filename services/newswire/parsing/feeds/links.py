"""The links of a feed, by their relation."""

from typing import Final

from newswire.parsing.feeds.raw import Raw, dicts, string
from newswire.parsing.text.addresses import absolute

MAX_HUBS: Final = 10

_REGISTERED: Final = "http://www.iana.org/assignments/relation/"


def related(raw: Raw, relation: str, base: str) -> tuple[str, ...]:
    """Where the links of one relation lead, each once; a relation's full IRI is its name (RFC 4287 §4.2.7.2)."""
    links = (link for link in dicts(raw, "links") if string(link, "rel").removeprefix(_REGISTERED) == relation)
    addresses = (absolute(string(link, "href"), base) for link in links)
    return tuple(dict.fromkeys(address for address in addresses if address))
