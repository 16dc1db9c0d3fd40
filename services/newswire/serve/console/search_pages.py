"""The page that searches."""

from typing import Final

from fastapi import APIRouter, Request, Response

from newswire.domain.wire.refusals import Impossible
from newswire.operations.wire.search import COUNTED, SearchPage, SearchRequest, search_articles
from newswire.serve.api.places import search_place, search_token
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.console.queries import SearchPageAsked, read_query
from newswire.serve.console.templating import page
from newswire.serve.console.views import search as search_view
from newswire.serve.console.views import wire

STORIES: Final = 50


def search_routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/search")
    async def search(request: Request) -> Response:
        asked, caller = read_query(request, SearchPageAsked), caller_of(request)
        caller.must("read")
        found: SearchPage | None = None
        refused: str | None = None
        if asked.q is not None:
            wanted = SearchRequest(
                q=asked.q,
                wanted=asked.wanted,
                fields=wire.FIELDS,
                sort=asked.sort,
                limit=STORIES,
                behind=search_place(asked.after, asked.sort),
                count=asked.after is None,
            )
            try:
                found = await search_articles(caller, reading.searches, wanted)
            except Impossible as error:
                refused = str(error)
        older = search_token(found.behind) if found else None
        return page(
            "search",
            status=400 if refused else 200,
            here="search",
            caller=caller,
            asked=asked,
            refused=refused,
            found=found,
            most=COUNTED,
            stories=[wire.story_of(article) for article in found.articles] if found else [],
            behind=search_view.behind_words(found.head - found.indexed_to.position) if found else None,
            api=search_view.api_address(asked),
            older=search_view.search_page(asked, after=older) if older else None,
        )

    return router
