"""/v1/articles/{article_id}/ninjs and /schema.org: one article in the formats of others."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_jsonable_python

from newswire.domain.wire.documents import DOCUMENT_FIELDS, TEXT
from newswire.domain.wire.ninjs import ninjs
from newswire.domain.wire.schema_org import news_article
from newswire.operations.wire.articles import document, fields_for, find_article
from newswire.serve.api.answers import answer
from newswire.serve.api.articles import ArticleId
from newswire.serve.api.parameters import WithText
from newswire.serve.api.reading import Reading, caller_of


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["articles"])

    @router.get("/v1/articles/{article_id}/ninjs", operation_id="getNinjs", summary="One article in ninjs 3.1")
    async def as_ninjs(request: Request, article_id: ArticleId, asked: Annotated[WithText, Query()]) -> Response:
        return answer(request, ninjs(await whole(request, article_id, asked)))

    @router.get(
        "/v1/articles/{article_id}/schema.org",
        operation_id="getNewsArticle",
        summary="One article as a NewsArticle of schema.org",
    )
    async def as_news_article(request: Request, article_id: ArticleId, asked: Annotated[WithText, Query()]) -> Response:
        said = news_article(await whole(request, article_id, asked))
        return answer(request, said, media_type="application/ld+json")

    async def whole(request: Request, article_id: UUID, asked: WithText) -> dict[str, Any]:
        """Every field of an article as JSON; its text where that is wanted."""
        named = DOCUMENT_FIELDS if asked.text else DOCUMENT_FIELDS - {TEXT}
        fields = fields_for(caller_of(request), named)
        article = await find_article(caller_of(request), reading.articles, str(article_id))
        return cast("dict[str, Any]", to_jsonable_python(document(article, fields)))

    return router
