"""Whether a page that is looked at again has to be read again."""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class BodyDigests:
    """The two digests that a page may be known by, in hex."""

    copied: str
    """The digest that a page has if it may be archived."""
    uncopied: str
    """The digest that it has if its publisher asks that no copy is kept, which is known after reading it alone."""


def body_digests(version: str, content_type: str | None, body: bytes) -> BodyDigests:
    """The digests of all that the text of a page depends on.

    Args:
        version: the version of the extraction.
        content_type: the answer's Content-Type, which may name another charset for the same bytes.
        body: the page, decoded: without content coding and transfer coding.
    """
    digest = sha256(body)
    digest.update(f"\n{version}\n{content_type or ''}".encode("utf-8", "surrogateescape"))
    uncopied = digest.copy()
    uncopied.update(b"\nno copy")
    return BodyDigests(digest.hexdigest(), uncopied.hexdigest())
