"""/v1/search: articles by the words in them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from newswire.operations.wire.search import SearchRequest, search_articles
from newswire.serve.api.answers import answer
from newswire.serve.api.parameters import SearchAsked
from newswire.serve.api.places import search_place, search_token
from newswire.serve.api.reading import Reading, caller_of


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["articles"])

    @router.get("/v1/search", operation_id="searchArticles", summary="Articles by the words in them")
    async def found(request: Request, asked: Annotated[SearchAsked, Query()]) -> Response:
        page = await search_articles(
            caller_of(request),
            reading.searches,
            SearchRequest(
                q=asked.q,
                wanted=asked.wanted,
                fields=frozenset(asked.fields),
                sort=asked.sort,
                limit=asked.limit,
                behind=search_place(asked.after, asked.sort),
                count=asked.count,
            ),
        )
        token = search_token(page.behind)
        value: dict[str, Any] = {"articles": page.articles, "next": token, "indexed_to": str(page.indexed_to)}
        if page.count is not None:
            value["count"] = page.count
        return answer(request, value, next_place={"after": token} if token else None)

    return router
