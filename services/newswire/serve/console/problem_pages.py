"""The pages of problems: dead letters, sending them again, open gaps, one address explained."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from newswire.domain.wire.refusals import Impossible
from newswire.operations.console.problems import (
    count_problems,
    list_problems,
    open_gaps,
    retry_one,
    retry_reason,
)
from newswire.operations.wire.operators import explain_address, find_dead_letter
from newswire.ports import ConsoleReads, DeadHead, TimePlace
from newswire.serve.api.places import time_place
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.console.login import read_form
from newswire.serve.console.queries import (
    ExplainAsked,
    ProblemsAsked,
    older_query,
    read_query,
)
from newswire.serve.console.templating import page
from newswire.serve.console.views import problems as problems_view

ROWS: Final = 100


def problem_routes(reading: Reading, reads: ConsoleReads) -> APIRouter:
    """The routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/explain")
    async def explained(request: Request) -> Response:
        asked, caller = read_query(request, ExplainAsked), caller_of(request)
        found = None
        if asked.url is not None:
            found = await explain_address(caller, reading.ledger, reading.feeds, asked.url)
        rows = problems_view.story_rows(found["story"]) if found else ()
        return page("explain", here="problems", caller=caller, asked=asked, found=found, rows=rows)

    @router.get("/problems")
    async def problems(request: Request) -> Response:
        asked, caller = read_query(request, ProblemsAsked), caller_of(request)
        admin = caller.may("admin")
        groups = await count_problems(caller, reads) if admin else ()
        rows: Sequence[DeadHead] = ()
        behind: TimePlace | None = None
        if admin and (asked.reason is not None or asked.retried):
            rows, behind = await list_problems(
                caller,
                reads,
                reason=asked.reason,
                retried=asked.retried,
                behind=time_place(asked.after),
                limit=ROWS,
            )
        return page(
            "problems",
            here="problems",
            caller=caller,
            asked=asked,
            admin=admin,
            groups=groups,
            rows=rows,
            older=older_query(asked, behind),
            gaps=await open_gaps(caller, reading.feed_reads),
        )

    @router.get("/problems/{letter_id}")
    async def problem(request: Request, letter_id: UUID) -> Response:
        caller = caller_of(request)
        letter = await find_dead_letter(caller, reading.ledger, letter_id)
        text, cut = problems_view.record_text(letter["value_base64"])
        return page(
            "dead",
            here="problems",
            caller=caller,
            letter=letter,
            first=datetime.fromisoformat(letter["first_failed_at"]),
            last=datetime.fromisoformat(letter["failed_at"]),
            record=text,
            cut=cut,
        )

    @router.post("/problems/retry")
    async def retry(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        ports = (reading.ledger, reading.bus, reading.clock)
        if letter_id := form.get("id"):
            sent = await retry_one(caller, *ports, _id(letter_id))
        elif reason := form.get("reason"):
            sent = await retry_reason(caller, *ports, reason)
        else:
            raise Impossible("id", "name a dead letter or a reason")
        return RedirectResponse(f"/problems?sent={sent}", 303)

    return router


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Impossible("id", "this is not the id of a dead letter") from None
