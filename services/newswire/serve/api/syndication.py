"""/v1/wire.atom and /v1/wire.json: the articles that pass a filter as a feed, for any feed reader."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from newswire.domain.wire.documents import DOCUMENT_FIELDS, TEXT
from newswire.events import stable_id
from newswire.operations.wire.articles import list_articles
from newswire.serve.api.answers import absolute, answer, next_address
from newswire.serve.api.atom import AtomFeed, write_atom
from newswire.serve.api.json_feed import json_feed
from newswire.serve.api.parameters import WireFeed
from newswire.serve.api.places import time_place, token_of
from newswire.serve.api.reading import Reading, caller_of


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["feeds"])

    async def found(request: Request, asked: WireFeed) -> tuple[list[dict[str, Any]], str | None]:
        """The articles, and the place of the next page."""
        wanted = DOCUMENT_FIELDS if asked.text else DOCUMENT_FIELDS - {TEXT}
        page = await list_articles(
            caller_of(request),
            reading.articles,
            asked.wanted,
            fields=wanted,
            behind=time_place(asked.after),
            limit=asked.limit,
        )
        return page.articles, token_of(page.behind)

    @router.get("/v1/wire.atom", operation_id="getAtomFeed", summary="The wire as an Atom feed")
    async def atom(request: Request, asked: Annotated[WireFeed, Query()]) -> Response:
        articles, token = await found(request, asked)
        shown = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after", "limit"})
        feed = AtomFeed(
            id=stable_id("atom feed", urlencode(sorted(shown.items()))),
            title=_title(shown),
            address=next_address(request, {}),
            next_address=next_address(request, {"after": token}) if token else None,
        )
        return answer(request, write_atom(feed, articles), media_type="application/atom+xml")

    @router.get("/v1/wire.json", operation_id="getJsonFeed", summary="The wire as a JSON Feed")
    async def as_json(request: Request, asked: Annotated[WireFeed, Query()]) -> Response:
        articles, token = await found(request, asked)
        shown = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after", "limit"})
        next_url = absolute(request, next_address(request, {"after": token})) if token else None
        return answer(request, json_feed(_title(shown), next_url, articles), media_type="application/feed+json")

    return router


def _title(shown: dict[str, Any]) -> str:
    """The name of the feed: the conditions by which its articles were chosen."""
    conditions = [
        f"{name} {', '.join(value) if isinstance(value, list) else value}"
        for name, value in shown.items()
        if name != "text"
    ]
    return "newswire" + (f": {'; '.join(conditions)}" if conditions else "")
