"""Reads an archived page again, and holds what was read against what is stored."""

from dataclasses import dataclass

import structlog

from newswire.domain.archive.index import IndexLine
from newswire.domain.archive.raw_page import RawPage
from newswire.domain.articles.redo import changed_fields, redone
from newswire.errors import Reject, Retry
from newswire.events import ArticleExtracted, LatestArticle
from newswire.operations.page_time import PageTime, ReaderAt
from newswire.ports import Archive, Response
from newswire.stages.article_reader import ArticleReader

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Redone:
    """What came of an archived page."""

    outcome: str
    """changed, same, superseded (the stored text is of another fetch), unknown (no article is stored, or its entry
    was a look that found nothing new and is folded), withdrawn, erased, damaged, or rejected-… with the reason for
    which the page gives no article now."""
    event: ArticleExtracted | None = None
    """The article as it is read now, where it is compared."""
    stored: LatestArticle | None = None
    fields: tuple[str, ...] = ()
    """What differs."""


async def read_again(line: IndexLine, stored: LatestArticle | None, archive: Archive, reader_at: ReaderAt) -> Redone:
    """Read the page of one line of the index again. ``stored`` is the article that its entry ended in.

    A page is read only where the stored text was made from this very fetch. Raises `Wait`.
    """
    if stored is None or stored.article is None:
        return Redone("unknown")
    if stored.withdrawn:
        return Redone("withdrawn")
    if stored.article.fetched_at != line.fetched_at:
        return Redone("superseded")
    page = await _archived(line, archive)
    if isinstance(page, str):
        return Redone(page)
    try:
        event = await _event(page, reader_at(PageTime(line.fetched_at)))
    except (Reject, Retry) as error:
        return Redone(f"rejected-{error.reason}")
    event = redone(event, stored, stored.article)
    fields = changed_fields(stored.article, event.article)
    return Redone("changed" if fields else "same", event, stored, fields)


async def _archived(line: IndexLine, archive: Archive) -> RawPage | str:
    """The page, or the outcome where there is none."""
    try:
        return await archive.read(line) or "erased"
    except ValueError as error:
        log.warning("archive.damaged", error=str(error))
        return "damaged"


async def _event(page: RawPage, reader: ArticleReader) -> ArticleExtracted:
    said = page.provenance
    response = Response(
        url=page.url,
        status=page.status,
        headers=page.headers,
        body=page.body,
        robots_allowed=said.robots_allowed,
        flags=said.flags,
    )
    event = await reader.read(said.entry, response, said.fetched_at)
    if not isinstance(event, ArticleExtracted):
        raise Reject("no-article", f"the archived answer is {event.kind}")
    return event
