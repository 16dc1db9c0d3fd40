"""Pages over HTTP, by the standard library alone."""

import http.client
import json
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from newswire.client.errors import CursorLost, WireAway, WireRefused
from newswire.client.pages import PAGE, ChangesPage, FoundPage, Wanted, WantedArticles, read_rows
from newswire.domain.wire.documents import ArticleDocument

_TIMEOUT_S: Final = 60.0
_MAX_BYTES: Final = 1 << 30
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpSource:
    """`PageSource` over ``/v1/changes`` and ``/v1/search``. A connection is kept open from page to page."""

    def __init__(self, address: str, key: str | None) -> None:
        self._secure = address.startswith("https:")
        self._host, self._port, path = _taken_apart(address)
        if key is not None and not _sendable(key):
            # http.client would show the whole header in its error.
            raise WireRefused("key= takes the key alone, without spaces and line ends: strip() what a file gave you")
        self._path = path.rstrip("/").removesuffix("/v1") + "/v1"
        self._headers = {"Accept": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        self._idle: list[http.client.HTTPConnection] = []
        self._asking: set[http.client.HTTPConnection] = set()

    def page(self, wanted: Wanted, after: str | None, wait_s: float) -> ChangesPage:
        """The next page. Raises `WireAway`, `WireRefused`, `CursorLost`."""
        asked = [*_parameters(wanted), ("limit", PAGE), ("wait", f"{wait_s:g}"), ("after", after or "start")]
        found = self._got("changes", asked)
        return ChangesPage(read_rows(found["changes"]), found["next"], found["more"])

    def search(self, search: WantedArticles, after: str | None) -> FoundPage:
        """The next articles. Raises `WireAway`, `WireRefused`."""
        asked = [("q", search.query), ("sort", search.sort), ("limit", min(search.limit, PAGE))]
        asked += [("fields", "all")] if search.text else []
        asked += [("after", after)] if after else []
        found = self._got("search", asked)
        return FoundPage(tuple(map(ArticleDocument.model_validate, found["articles"])), found["next"])

    def _got(self, path: str, asked: Sequence[tuple[str, object]]) -> Any:
        """The JSON of an answer."""
        connection = self._idle.pop() if self._idle else self._connected()
        self._asking.add(connection)
        try:
            connection.request("GET", f"{self._path}/{path}?{urlencode(asked)}", headers=self._headers)
            response = connection.getresponse()
            body = response.read(_MAX_BYTES)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise WireAway(str(error) or type(error).__name__) from error
        finally:
            self._asking.discard(connection)
        if response.status != 200:
            connection.close()
            raise _error(response.status, response.headers.get("Retry-After", ""), body)
        self._idle.append(connection)
        return json.loads(body)

    def interrupt(self) -> None:
        """Let every page that is waited for fail at once."""
        for connection in list(self._asking):
            if connection.sock is not None:
                with suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)  # a mere close would not wake a thread that reads

    def close(self) -> None:
        """Close what is open."""
        self.interrupt()
        while self._idle:
            self._idle.pop().close()

    def _connected(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT_S, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)


def _taken_apart(address: str) -> tuple[str, int | None, str]:
    """The host, the port and the path of an address. Raises `WireRefused` for one that has more, or is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # its message could show a password that stands in the address
        raise WireRefused("the host or the port of this address cannot be read: write https://host:port/path") from None
    if host is None or parts.query or parts.fragment or parts.username is not None or not _sendable(parts.path):
        raise WireRefused(f"{parts.scheme}://… takes a host, a port and a path of ASCII, and the key goes into key=")
    return host, port, parts.path


def _sendable(text: str) -> bool:
    """Whether a text can be a part of a request as it is."""
    return text.isascii() and text.isprintable() and " " not in text


def _parameters(wanted: Wanted) -> list[tuple[str, str]]:
    lists: dict[str, Any] = {
        "kind": wanted.kinds,
        "source": wanted.sources,
        "feed": wanted.feeds,
        "language": wanted.languages,
    }
    found = [(name, ",".join(sorted(map(str, values)))) for name, values in lists.items() if values]
    for name in ("published_after", "published_before", "changed_after", "changed_before"):
        moment = getattr(wanted, name)
        if moment is not None:
            found.append((name, moment.isoformat()))
    found += [("duplicates", "none")] if not wanted.duplicates else []
    return found + ([("fields", "all")] if wanted.text else [])


def _error(status: int, again: str, body: bytes) -> Exception:
    try:
        said = json.loads(body)
        detail = str(said["detail"])
    except (ValueError, KeyError, TypeError):
        said, detail = {}, f"the server answered {status}"
    if status == 410 and "floor" in said:
        return CursorLost(detail, floor=said["floor"], head=said["head"])
    if status in _PASSING:
        return WireAway(f"{status}: {detail}", again_s=float(again) if again.isascii() and again.isdigit() else None)
    return WireRefused(f"{status}: {detail}")
