"""Links beside the address of their document."""

from urllib.parse import urljoin, urlsplit


def join(base: str, link: str) -> str:
    """The address that a link leads to (RFC 3986 §5.2), without an empty query or fragment; raises `ValueError`.

    From 3.14 on Python keeps these, and an address has to be the same in every version.
    """
    return urlsplit(urljoin(base, link)).geturl()
