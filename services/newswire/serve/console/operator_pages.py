"""The pages for operators: feeds, the books and the flow, problems."""

from math import ceil
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from newswire.domain.wire.refusals import Impossible
from newswire.operations.console.feeds import add_feed, look_at_all_feeds, look_at_feed, with_arrivals
from newswire.operations.console.flow import list_entries, read_flow
from newswire.ports import ConsoleReads
from newswire.serve.api.places import time_place
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.console.login import read_form
from newswire.serve.console.queries import (
    EntriesAsked,
    FeedsAsked,
    older_query,
    read_query,
)
from newswire.serve.console.templating import page
from newswire.serve.console.views import feeds as feeds_view
from newswire.serve.console.views import flow as flow_view

FEEDS: Final = 100
ROWS: Final = 100


def operator_routes(reading: Reading, reads: ConsoleReads) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feeds")
    async def feeds(request: Request) -> Response:
        asked, caller, now = read_query(request, FeedsAsked), caller_of(request), reading.clock.now()
        every = await look_at_all_feeds(caller, reading.feeds)
        chosen = feeds_view.in_order(every, asked.state)
        shown = chosen[(asked.page - 1) * FEEDS : asked.page * FEEDS]
        watched = await with_arrivals(caller, reads, shown, now)
        return page(
            "feeds",
            here="feeds",
            caller=caller,
            now=now,
            asked=asked,
            lines=feeds_view.feed_lines(watched, now.date()),
            states=feeds_view.state_counts(every),
            total=len(every),
            pages=ceil(len(chosen) / FEEDS),
        )

    @router.post("/feeds")
    async def subscribed(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        feed = await add_feed(caller, reading.feeds, form.get("url", "").strip(), reading.clock.now())
        return RedirectResponse(f"/feeds/{feed.id}", 303)

    @router.get("/feeds/{feed_id}")
    async def feed(request: Request, feed_id: UUID) -> Response:
        caller, now = caller_of(request), reading.clock.now()
        watched, events = await look_at_feed(caller, reading.feed_reads, reads, reading.ledger, feed_id, now)
        (line,) = feeds_view.feed_lines([watched], now.date())
        return page("feed", here="feeds", caller=caller, now=now, line=line, events=feeds_view.event_rows(events))

    @router.get("/books")
    async def books(request: Request) -> Response:
        caller, now = caller_of(request), reading.clock.now()
        flow = await read_flow(caller, reading.ledger, reading.bus, reads, now)
        return page(
            "books",
            here="books",
            caller=caller,
            now=now,
            flow=flow,
            rows=flow_view.outcome_rows(flow.balance),
            reasons=flow_view.reason_rows(flow.balance),
            verdict=flow_view.verdict(flow.balance),
            chart=flow_view.chart_of(flow, now),
        )

    @router.get("/books/entries")
    async def entries(request: Request) -> Response:
        asked, caller = read_query(request, EntriesAsked), caller_of(request)
        if (asked.outcome is None) != asked.pending:
            raise Impossible("outcome", "name an outcome, or say pending=true: one of the two")
        rows, behind = await list_entries(
            caller, reads, asked.outcome, reason=asked.reason, behind=time_place(asked.after), limit=ROWS
        )
        return page("entries", here="books", caller=caller, asked=asked, rows=rows, older=older_query(asked, behind))

    return router
