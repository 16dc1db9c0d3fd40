"""/v1/search: articles by the words in them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator, Field

from newswire.domain.search.parse import MAX_QUERY
from newswire.domain.search.query_filters import SearchedKind
from newswire.domain.wire.filters import WireFilter
from newswire.operations.wire.search import SearchRequest, Sort, search_articles
from newswire.serve.api.answers import answer
from newswire.serve.api.parameter_types import Limit, split_values
from newswire.serve.api.parameters import WithFields
from newswire.serve.api.places import search_place, search_token
from newswire.serve.api.reading import Reading, caller_of


class SearchAsked(WithFields):
    """A search."""

    q: str = Field(
        min_length=1,
        max_length=MAX_QUERY,
        description='Words, "phrases", pre*, -without, OR, title:word, and source: lang: kind: before: after: in it.',
        examples=['harbour "old pier" OR quay -storm'],
    )
    sort: Sort = Field(
        default="new",
        description="`new`: the last changed first. `relevance`: of the newest 1,000, those that say it in the title.",
    )
    kind: Annotated[list[SearchedKind], BeforeValidator(split_values)] = Field(
        default=[], description="What the article is now; several: published,duplicate."
    )
    duplicates: Literal["all", "none"] = Field(default="all", description="`none` leaves duplicates out.")
    count: bool = Field(default=False, description="Whether the matches are counted, up to 1,000.")
    limit: Limit = Field(default=50, description="Articles in one answer.")
    after: str | None = Field(default=None, max_length=200, description="The `next` of the page before.")

    @property
    def wanted(self) -> WireFilter:
        """The filter."""
        return self.filter(frozenset(self.kind), self.duplicates)


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
