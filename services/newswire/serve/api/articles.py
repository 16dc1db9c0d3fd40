"""/v1/articles: lists, one article, its texts, its duplicates, the difference of two texts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from newswire.domain.wire.filters import WireFilter
from newswire.domain.wire.refusals import Impossible, Unknown
from newswire.operations.wire.articles import (
    compare_revisions,
    document,
    fields_for,
    find_article,
    list_articles,
    list_copies,
    list_revisions,
)
from newswire.ports import ListPlace
from newswire.serve.api.answers import answer, bad_place, page_parts, page_token
from newswire.serve.api.parameters import ArticleList, CopyPage, Nothing, OneArticle, RevisionPage
from newswire.serve.api.reading import Reading, caller_of

ArticleId = Annotated[UUID, Path(description="The `article_id`.")]
Revision = Annotated[int, Path(ge=1, le=2_147_483_647, description="The number of a text, as `/revisions` gives it.")]


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["articles"])

    @router.get("/v1/articles", operation_id="listArticles", summary="Articles, the last changed first")
    async def listed(request: Request, asked: Annotated[ArticleList, Query()]) -> Response:
        if asked.url is not None:
            return answer(request, {"articles": await _at(request, asked), "next": None})
        page = await list_articles(
            caller_of(request),
            reading.articles,
            asked.wanted,
            fields=frozenset(asked.fields),
            behind=place_of(asked.after),
            limit=asked.limit,
        )
        token = page_token(page.behind.changed_at.isoformat(), page.behind.article_id) if page.behind else None
        found = {"articles": page.articles, "next": token}
        return answer(request, found, next_place={"after": token} if token else None)

    async def _at(request: Request, asked: ArticleList) -> list[dict[str, object]]:
        if asked.wanted != WireFilter() or asked.after is not None:
            raise Impossible("url", "an address leads to one article at the most: leave out the other conditions")
        fields = fields_for(caller_of(request), frozenset(asked.fields))
        try:
            return [document(await find_article(caller_of(request), reading.articles, asked.url or ""), fields)]
        except Unknown:
            return []

    @router.get("/v1/articles/{article_id}", operation_id="getArticle", summary="One article as it is now")
    async def one(request: Request, article_id: ArticleId, asked: Annotated[OneArticle, Query()]) -> Response:
        fields = fields_for(caller_of(request), frozenset(asked.fields))
        return answer(
            request, document(await find_article(caller_of(request), reading.articles, str(article_id)), fields)
        )

    @router.get("/v1/articles/{article_id}/revisions", operation_id="listRevisions", summary="Every text that it had")
    async def revisions(request: Request, article_id: ArticleId, asked: Annotated[RevisionPage, Query()]) -> Response:
        rows, last = await list_revisions(
            caller_of(request),
            reading.articles,
            str(article_id),
            fields=frozenset(asked.fields),
            behind=_number(asked.after),
            limit=asked.limit,
        )
        token = None if last is None else page_token(last)
        found = {"revisions": rows, "next": token}
        return answer(request, found, next_place={"after": token} if token else None)

    @router.get(
        "/v1/articles/{article_id}/diff/{old}..{new}",
        operation_id="compareRevisions",
        summary="Two texts, word by word",
    )
    async def diff(
        request: Request, article_id: ArticleId, old: Revision, new: Revision, asked: Annotated[Nothing, Query()]
    ) -> Response:
        del asked  # taken to be refused where it has parameters
        return answer(request, await compare_revisions(caller_of(request), reading.articles, str(article_id), old, new))

    @router.get("/v1/articles/{article_id}/duplicates", operation_id="listDuplicates", summary="Its copies, and why")
    async def duplicates(request: Request, article_id: ArticleId, asked: Annotated[CopyPage, Query()]) -> Response:
        rows = await list_copies(
            caller_of(request),
            reading.articles,
            str(article_id),
            fields=frozenset(asked.fields),
            limit=asked.limit,
        )
        return answer(request, {"duplicates": rows})

    return router


def place_of(token: str | None) -> ListPlace | None:
    """The place in the list that a `next` stands for. Raises `Impossible`."""
    if token is None:
        return None
    moment, article_id = page_parts(token, 2)
    try:
        place = ListPlace(datetime.fromisoformat(moment), UUID(article_id))
    except ValueError:
        raise bad_place() from None
    if place.changed_at.tzinfo is None:
        raise bad_place()
    return place


def _number(token: str | None) -> int:
    if token is None:
        return 0
    (number,) = page_parts(token, 1)
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise bad_place()
    return int(number)
