"""newswire extract FILE|URL: the article of one page, for debugging."""

import json
import sys
from pathlib import Path

from newswire.adapters.clock import SystemClock
from newswire.assembly.backends import open_fetch_backends
from newswire.assembly.operations import article_reader
from newswire.cli.app import emit, settings
from newswire.cli.sources import as_url
from newswire.domain.articles.facts.page_claims import decide
from newswire.domain.articles.facts.told import explained
from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.urls.syntax import shown
from newswire.errors import Reject, Retry, UsageError
from newswire.operations.extract_one import extract_document, extract_url


async def print_article(source: str, url: str | None, *, explain: bool = False) -> None:
    """Print the article of a page: a file, ``-`` for stdin, or an address. Nothing is saved or published.

    With ``explain``, every claim about its title, authors and dates is printed too, and why it was not believed.

    Raises `Reject` or `Retry`, with the stage's reason in the message, where the stage would have no article.
    """
    config = settings()
    clock = SystemClock()
    document = _document(source)
    async with open_fetch_backends(config, clock) as fetch_backends:
        pages: list[ParsedPage] = []
        reader = article_reader(fetch_backends, config, clock, pages.append)
        try:
            if document is None:
                article = await extract_url(as_url(source), reader, clock)
            else:
                article = await extract_document(document, url, reader, clock)
        except Reject as error:
            raise Reject(error.reason, f"{shown(source)}: {error.reason}: {error}") from error
        except Retry as error:
            raise Retry(error.reason, f"{shown(source)}: {error.reason}: {error}") from error
        if not explain:
            emit(article.model_dump_json(indent=2))
            return
        claims = explained(decide(pages[-1].claims, clock.now()))
        told = {"article": article.model_dump(mode="json"), "claims": claims}
        emit(json.dumps(told, ensure_ascii=False, indent=2))


def _document(source: str) -> bytes | None:
    """The bytes of a file or of stdin; None where ``source`` is an address."""
    if "://" in source:
        return None
    path = Path(source)
    if source != "-" and not path.exists():
        if path.suffix or "/" in source.rstrip("/").partition(".")[0]:
            raise UsageError(f"no file {shown(source)}; an address starts with https://")
        return None
    try:
        return sys.stdin.buffer.read() if source == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {shown(source)}: {error.strerror}") from error
