"""The outside world as a script: what each address answers, in turn, and who asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from newswire.ports import Request, Response

Answer = Response | Exception | Callable[[Request], Response]


class FakeWeb:
    """Implements `newswire.ports.Web`. An address that has no script is a mistake in the test."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.posted: list[tuple[str, dict[str, str]]] = []
        """Every form that was sent: the address and the fields."""
        self._scripts: dict[str, list[Answer]] = {}

    def serve(self, url: str, *answers: Answer) -> None:
        """From now on ``url`` answers so, one after the other; the last answer stays."""
        self._scripts[url] = list(answers)

    @property
    def asked(self) -> list[str]:
        return [request.url for request in self.requests]

    async def get(self, request: Request) -> Response:
        self.requests.append(request)
        return await self._answer(request)

    async def post_form(
        self, url: str, fields: Mapping[str, str], *, max_bytes: int = 65_536, timeout_s: float = 30.0
    ) -> Response:
        self.posted.append((url, dict(fields)))
        return await self._answer(Request(url, max_bytes=max_bytes, timeout_s=timeout_s))

    async def _answer(self, request: Request) -> Response:
        await asyncio.sleep(0)
        script = self._scripts[request.url]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        response = answer if isinstance(answer, Response) else answer(request)
        asked = request.validators
        return replace(response, conditional=asked.etag is not None or asked.last_modified is not None)

    @asynccontextmanager
    async def fetch(self, request: Request) -> AsyncIterator[Response]:
        yield await self.get(request)

    async def close(self) -> None:
        await asyncio.sleep(0)


def answer(url: str, body: bytes | str = b"", status: int = 200, **headers: str) -> Response:
    """An answer; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(url, status, named, body.encode() if isinstance(body, str) else body)


def atom(*entries: dict[str, str], title: str = "The Gazette") -> str:
    """An Atom feed of entries given as id, link, title, summary, content, updated; what is left out is made up."""
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>'
        f"<id>urn:feed</id><updated>2026-01-01T00:00:00Z</updated>{''.join(map(_entry, entries))}</feed>"
    )


def _entry(entry: dict[str, str]) -> str:
    said = {"title": "A title", "updated": "2026-01-01T00:00:00Z"} | entry
    link = f'<link href="{said.pop("link")}"/>' if "link" in said else ""
    return f"<entry>{link}{''.join(f'<{name}>{text}</{name}>' for name, text in said.items())}</entry>"
