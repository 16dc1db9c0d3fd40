"""/v1/articles: lists, one article, its texts, its duplicates, the difference of two texts."""

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
from newswire.serve.api.answers import answer, list_answer
from newswire.serve.api.parameters import NO_PARAMETERS, ArticleList, CopyPage, OneArticle, RevisionPage
from newswire.serve.api.places import page_token, place_number, time_place, token_of
from newswire.serve.api.reading import Reading, caller_of

ArticleId = Annotated[UUID, Path(description="The `article_id`.")]
Revision = Annotated[int, Path(ge=1, le=2_147_483_647, description="The number of a text, as `/revisions` gives it.")]


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["articles"])

    @router.get("/v1/articles", operation_id="listArticles", summary="Articles, the last changed first")
    async def listed(request: Request, asked: Annotated[ArticleList, Query()]) -> Response:
        if asked.url is not None:
            return list_answer(request, "articles", await at_address(request, asked, asked.url), None)
        page = await list_articles(
            caller_of(request),
            reading.articles,
            asked.wanted,
            fields=frozenset(asked.fields),
            behind=time_place(asked.after),
            limit=asked.limit,
        )
        return list_answer(request, "articles", page.articles, token_of(page.behind))

    async def at_address(request: Request, asked: ArticleList, url: str) -> list[dict[str, object]]:
        """The article at an address, as a list; empty where there is none."""
        if asked.wanted != WireFilter() or asked.after is not None:
            raise Impossible("url", "an address leads to one article at the most: leave out the other conditions")
        fields = fields_for(caller_of(request), frozenset(asked.fields))
        try:
            return [document(await find_article(caller_of(request), reading.articles, url), fields)]
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
            behind=place_number(asked.after),
            limit=asked.limit,
        )
        return list_answer(request, "revisions", rows, page_token(last) if last else None)

    @router.get(
        "/v1/articles/{article_id}/diff/{old}..{new}",
        operation_id="compareRevisions",
        summary="Two texts, word by word",
        dependencies=NO_PARAMETERS,
    )
    async def diff(request: Request, article_id: ArticleId, old: Revision, new: Revision) -> Response:
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
