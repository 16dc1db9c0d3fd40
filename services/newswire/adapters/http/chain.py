"""One chain of redirects: where it stands, what may go along, and where it ends. No I/O.

A redirect from https to http is tried at the same address by https first: most servers speak it today, whatever their
redirects say. Only where that fails, and the operator allows it, is the http address asked.
"""

from collections.abc import Sequence
from typing import Final, Literal

from newswire.adapters.http.addresses import Addresses, keeps_origin, secured
from newswire.adapters.http.cookies import Cookies
from newswire.domain.urls.syntax import HttpUrl
from newswire.errors import Reject, Retry
from newswire.events import PageValidators
from newswire.ports import Request

MAX_REDIRECTS: Final = 5
InsecureRedirects = Literal["refuse", "follow"]

_NOT_BY_HTTPS: Final = frozenset({"timeout", "connect", "tls", "protocol", "robots-unreachable"})
"""Failures after which the server is taken for one that does not serve the address by https."""


class Chain:
    """The state of one request while it is redirected."""

    def __init__(self, request: Request, addresses: Addresses, insecure: InsecureRedirects) -> None:
        """``insecure``: whether http is asked where https leads to it. Raises `Reject` as `Addresses.checked`."""
        self._request = request
        self._addresses = addresses
        self._insecure = insecure
        self.url = addresses.checked(request.url)
        """The address that is asked next."""
        self.validators = request.validators
        self.hops: list[tuple[int, str]] = []
        self.flags: tuple[str, ...] = ()
        self._cookies = Cookies()
        self._seen = {(str(self.url), "")}
        self._plain: HttpUrl | None = None
        """The http address that a redirect led to, while it is tried by https."""

    @property
    def cookie(self) -> str | None:
        """The Cookie header of the next request."""
        return self._cookies.header(self.url)

    @property
    def secrets(self) -> tuple[tuple[str, str], ...]:
        """The headers of the request's credentials that the next request carries: names and values."""
        credentials = self._request.credentials
        if credentials is None or not credentials.meant_for(self.url.origin):
            return ()
        return tuple((header.name, header.value.value) for header in credentials.headers)

    def redirected(self, status: int, location: str, set_cookies: Sequence[str]) -> None:
        """Go on to where an answer redirects to, with the cookies that it sets.

        Raises:
            Reject: ``redirect-loop``, ``insecure-redirect``; as `Addresses.target`.
        """
        self._cookies.take(self.url, set_cookies)
        target = self._addresses.target(self.url, location)
        if self.url.scheme == "https" and target.scheme == "http":
            target = self._by_https_first(target)
        else:
            self._plain = None
        self.hops.append((status, str(target)))
        self._arrive(target)

    def failed_by_https(self, why: Retry | int) -> bool:
        """Whether to go on with the http address instead, after https brought an error or an error's status.

        False where nothing but https was asked for, or where the failure says nothing about https. Raises `Reject`
        ``insecure-redirect`` where the operator does not allow it.
        """
        if self._plain is None:
            return False
        if isinstance(why, Retry):
            if why.reason not in _NOT_BY_HTTPS:
                return False
        elif why < 400 or why == 429:
            return False
        plain = self._allowed(self._plain, str(why) if isinstance(why, Retry) else f"it answers {why}")
        self.hops[-1] = (self.hops[-1][0], str(plain))
        self._arrive(plain)
        return True

    def _by_https_first(self, target: HttpUrl) -> HttpUrl:
        upgraded = self._addresses.checked(str(secured(target)))
        if target == self._plain or "insecure" in self.flags or self._was_asked(upgraded):
            return self._allowed(target, "there it is redirected to http again")
        self._plain = target
        return upgraded

    def _allowed(self, plain: HttpUrl, why: str) -> HttpUrl:
        """The http address, to be asked as it is: where the operator allows that."""
        if self._insecure == "refuse":
            raise Reject(
                "insecure-redirect",
                f"{self._request.url} redirects from https to {plain}, which cannot be fetched by https ({why}); "
                "NEWSWIRE_FETCH__INSECURE_REDIRECTS=follow allows http",
            )
        self._plain = None
        self.flags = ("insecure",)
        return plain

    def _arrive(self, target: HttpUrl) -> None:
        if len(self.hops) > MAX_REDIRECTS or self._was_asked(target):
            raise Reject(
                "redirect-loop", f"{self._request.url}: redirected in a circle or more than {MAX_REDIRECTS} times"
            )
        self._seen.add((str(target), self._cookies.header(target) or ""))
        if not keeps_origin(self.url, target):
            self.validators = PageValidators()
        self.url = target

    def _was_asked(self, url: HttpUrl) -> bool:
        """Whether it was asked already, with the same cookies."""
        return (str(url), self._cookies.header(url) or "") in self._seen
