"""/v1/feeds, /v1/explain, /v1/books, /v1/dead: the paths for operators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from newswire.operations.wire.operators import (
    explain_address,
    find_dead_letter,
    find_feed,
    list_dead_letters,
    list_feed_events,
    list_feeds,
    read_books,
)
from newswire.serve.api.answers import answer, list_answer
from newswire.serve.api.parameters import NO_PARAMETERS, Address, DeadPage, EventList, FeedPage
from newswire.serve.api.places import page_token, place_id
from newswire.serve.api.reading import Reading, caller_of

FeedId = Annotated[UUID, Path(description="The `feed_id`.")]
LetterId = Annotated[UUID, Path(description="The `id` of a dead letter.")]


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["operators"])

    @router.get("/v1/feeds", operation_id="listFeeds", summary="Feeds, and how each of them is")
    async def feeds(request: Request, asked: Annotated[FeedPage, Query()]) -> Response:
        rows, last = await list_feeds(
            caller_of(request),
            reading.feed_reads,
            condition=asked.condition,
            behind=place_id(asked.after),
            limit=asked.limit,
        )
        return list_answer(request, "feeds", rows, page_token(last) if last else None)

    @router.get(
        "/v1/feeds/{feed_id}",
        operation_id="getFeed",
        summary="One feed, and how it is",
        dependencies=NO_PARAMETERS,
    )
    async def feed(request: Request, feed_id: FeedId) -> Response:
        return answer(request, await find_feed(caller_of(request), reading.feed_reads, feed_id))

    @router.get(
        "/v1/feeds/{feed_id}/events", operation_id="listFeedEvents", summary="Events about one feed, newest first"
    )
    async def events(request: Request, feed_id: FeedId, asked: Annotated[EventList, Query()]) -> Response:
        rows = await list_feed_events(caller_of(request), reading.feed_reads, reading.ledger, feed_id, asked.limit)
        return answer(request, {"events": rows})

    @router.get("/v1/explain", operation_id="explain", summary="Why an article is here, or why it is missing")
    async def explained(request: Request, asked: Annotated[Address, Query()]) -> Response:
        return answer(request, await explain_address(caller_of(request), reading.ledger, reading.feeds, asked.url))

    @router.get("/v1/books", operation_id="getBooks", summary="Do the books balance?", dependencies=NO_PARAMETERS)
    async def books(request: Request) -> Response:
        return answer(request, await read_books(caller_of(request), reading.ledger, reading.bus))

    @router.get("/v1/dead", operation_id="listDeadLetters", summary="Records that could not be used, oldest first")
    async def dead(request: Request, asked: Annotated[DeadPage, Query()]) -> Response:
        rows, last = await list_dead_letters(
            caller_of(request),
            reading.ledger,
            retried=asked.retried,
            behind=place_id(asked.after),
            limit=asked.limit,
        )
        return list_answer(request, "dead", rows, page_token(last) if last else None)

    @router.get(
        "/v1/dead/{letter_id}",
        operation_id="getDeadLetter",
        summary="One dead letter, with the record in it",
        dependencies=NO_PARAMETERS,
    )
    async def letter(request: Request, letter_id: LetterId) -> Response:
        return answer(request, await find_dead_letter(caller_of(request), reading.ledger, letter_id))

    return router
