"""newswire extract FILE|URL: one page to one article, the debugging view."""

import sys
from pathlib import Path

from newswire.adapters.clock import SystemClock
from newswire.assembly.parts import open_tools
from newswire.cli.app import emit, settings
from newswire.cli.sources import as_url
from newswire.domain.articles.compose import Fetched, from_page
from newswire.domain.urls.canonical import canonicalize
from newswire.errors import Reject, UsageError
from newswire.events import EntryFound, stable_id
from newswire.parsing.pages.page import parse_page
from newswire.ports import Request, Response
from newswire.stages.extract import ACCEPT


async def extract_one(source: str, url: str | None) -> None:
    """Print the article that a page (a file, ``-`` for stdin, or an address) holds. Saves and publishes nothing."""
    config = settings()
    clock = SystemClock()
    async with open_tools(config, clock) as tools:
        response = _from_file(source, url)
        if response is None:
            address = _canonical(as_url(source))
            response = await tools.web.get(
                Request(
                    address,
                    max_bytes=config.fetch.page_max_bytes,
                    timeout_s=config.fetch.timeout_s,
                    accept=ACCEPT,
                    obey_robots=config.fetch.obey_robots,
                )
            )
            if not 200 <= response.status < 300:
                raise Reject(f"http-{response.status}", f"{address} answered {response.status}")
        content_type = response.headers.get("content-type")
        try:
            page = await tools.workers.run(
                parse_page, response.body, response.url, content_type, deadline_s=config.extract.deadline_s
            )
        except Reject as error:
            raise Reject(error.reason, f"{source}: {error}") from error
        now = clock.now()
        entry = EntryFound(
            id=stable_id("debug", response.url),
            reason="new",
            entry_key=response.url,
            fingerprint="",
            url=_canonical(response.url),
            original_url=response.url,
            found_at=now,
        )
        fetched = Fetched(page, response.url, response.status, now, response.headers, response.robots_allowed)
        emit(from_page(entry, fetched, now).model_dump_json(indent=2))


def _from_file(source: str, url: str | None) -> Response | None:
    if "://" in source:
        return None
    path = Path(source)
    if source != "-" and not path.exists():
        if path.suffix or "/" in source.rstrip("/").partition(".")[0]:
            raise UsageError(f"no file {source}; an address starts with https://")
        return None
    try:
        body = sys.stdin.buffer.read() if source == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {source}: {error.strerror}") from error
    return Response(url=_canonical(url or "https://unknown.invalid/"), status=200, body=body)


def _canonical(url: str) -> str:
    try:
        return canonicalize(url)
    except ValueError as error:
        raise UsageError(f"{url!r} is not an address: {error}") from error
