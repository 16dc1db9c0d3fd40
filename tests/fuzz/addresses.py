"""What must hold of any text that is taken for an address."""

from fuzz.text import text_of
from newswire.domain.urls.canonical import believed_canonical, canonicalize, registrable_domain, site_of
from newswire.domain.urls.detours import leads_nowhere
from newswire.domain.urls.redirectors import REDIRECTORS, is_redirector, target_of
from newswire.domain.urls.syntax import MAX_LENGTH, parse
from newswire.parsing.text.addresses import absolute

HOSTS = [(host.replace("*.", "eur01."), path.rstrip("*")) for hosts, path, _ in REDIRECTORS for host in hosts]


def canonical_addresses(data: bytes) -> None:
    """One form, reached at once, of the same domain unless it was unwrapped, that every other part takes."""
    text = text_of(data)
    try:
        given = parse(text)
        once = canonicalize(text)
    except ValueError:
        return
    assert canonicalize(once) == once, "not idempotent"
    assert once.isascii()
    assert len(once) <= MAX_LENGTH
    assert str(parse(once)) == once, "not in the parser's normal form"
    assert registrable_domain(once)
    assert site_of(once)
    assert believed_canonical(once, once) == once
    answered = canonicalize(text, unwrap=False)
    assert parse(answered).origin == given.origin, "another origin without unwrapping"
    if not is_redirector(parse(answered)):
        assert once == answered, "unwrapped, and no redirector"
        query = parse(answered).query
        kept = query.split("&") if query else []
        everything = iter(given.query.split("&"))
        assert all(part in everything for part in kept), "a parameter was moved, changed or made up"
    leads_nowhere(once, answered)


def redirector_addresses(data: bytes) -> None:
    """Whatever follows a redirector's host and path: a whole address comes out, or the outer one stays."""
    host, path = HOSTS[data[0] % len(HOSTS)] if data else HOSTS[0]
    outer = f"https://{host}{path}{text_of(data[1:])}"
    try:
        parsed = parse(outer)
    except ValueError:
        return
    target = target_of(parsed)
    assert target is None or parse(str(target)) == target
    canonical_addresses(outer.encode("utf-8", "surrogateescape"))


def links(data: bytes) -> None:
    """A link and the address it stands at, parted by a line break: an absolute http(s) address, or none."""
    link, _, base = text_of(data).rpartition("\n")
    try:
        found = absolute(link, str(parse(base)))
    except ValueError:
        found = absolute(link, "https://n.example/a/b?c#d")
    assert found is None or found.startswith(("http://", "https://"))
    assert found is None or absolute(found, "") == found, "not absolute"
