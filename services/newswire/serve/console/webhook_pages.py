"""The pages of webhooks: all of them, one with its deliveries, and the forms that change one."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from newswire.domain.webhooks.webhook import THIN, Webhook
from newswire.domain.wire.documents import TEXT
from newswire.domain.wire.refusals import Impossible
from newswire.operations.webhooks.manage import (
    WebhookEdit,
    create_webhook,
    edit_webhook,
    find_webhook,
    lag_of,
    list_webhooks,
    remove_webhook,
    replay_webhook,
    rotate_secret,
    try_webhook,
)
from newswire.serve.api.parameters import LISTS
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.api.webhook_bodies import NewWebhook, SecretRotation, WebhookReplay
from newswire.serve.console.login import read_form
from newswire.serve.console.queries import WebhookAsked, read_query, read_values
from newswire.serve.console.templating import page
from newswire.serve.console.views import webhooks as webhooks_view

ALL: Final = "/webhooks"
ONE: Final = "/webhooks/{webhook_id}"


def webhook_routes(reading: Reading) -> APIRouter:
    """The routes. A page that shows a secret is the answer to its form, so no address leads to the secret again."""
    router = APIRouter(include_in_schema=False)
    desk = reading.webhooks

    async def shown(request: Request, webhook: Webhook, **more: Any) -> Response:
        now, lag = reading.clock.now(), await lag_of(desk)
        line = webhooks_view.line_of(webhook, lag(webhook))
        values = {"secret": None, "note": None, "trial": None, "warning": None} | more
        return page("webhook", here="webhooks", caller=caller_of(request), now=now, line=line, **values)

    async def shown_secret(request: Request, webhook: Webhook, note: str) -> Response:
        return await shown(request, webhook, secret=webhook.secrets.current, note=note, warning=reading.exposure())

    @router.get(ALL)
    async def webhooks(request: Request) -> Response:
        caller = caller_of(request)
        caller.must("read")
        may, lag = caller.may("webhooks"), await lag_of(desk)
        lines = [webhooks_view.line_of(each, lag(each)) for each in await list_webhooks(desk, caller)] if may else []
        return page("webhooks", here="webhooks", caller=caller, now=reading.clock.now(), may=may, lines=lines)

    @router.post(ALL)
    async def created(request: Request) -> Response:
        form = await read_form(request)
        fields = {"fields": [*THIN, TEXT]} if form.pop("text", None) else {}
        given = {name: value.strip() for name, value in form.items() if value.strip()}
        lists = {name: [value] for name, value in given.items() if name in LISTS}
        made = await create_webhook(desk, caller_of(request), read_values(given | lists | fields, NewWebhook).wish)
        return await shown_secret(request, made, "The webhook is made.")

    @router.get(ONE)
    async def webhook(request: Request, webhook_id: UUID) -> Response:
        asked, found = read_query(request, WebhookAsked), await find_webhook(desk, caller_of(request), webhook_id)
        return await shown(request, found, note=webhooks_view.DONE[asked.done] if asked.done else None)

    @router.post(f"{ONE}/rotate")
    async def rotated(request: Request, webhook_id: UUID) -> Response:
        overlap = read_values(await read_form(request), SecretRotation).overlap_hours
        changed = await rotate_secret(desk, caller_of(request), webhook_id, timedelta(hours=overlap))
        return await shown_secret(request, changed, "The secret is replaced.")

    @router.post(f"{ONE}/test")
    async def tried(request: Request, webhook_id: UUID) -> Response:
        caller = caller_of(request)
        result = await try_webhook(desk, caller, webhook_id)
        return await shown(request, await find_webhook(desk, caller, webhook_id), trial=result)

    _add_changes(router, reading)
    return router


def _add_changes(router: APIRouter, reading: Reading) -> None:
    """The forms that change a webhook and lead back to its page."""
    desk = reading.webhooks

    @router.post(f"{ONE}/enabled")
    async def enabled(request: Request, webhook_id: UUID) -> Response:
        wanted = (await read_form(request)).get("enabled")
        if wanted not in {"true", "false"}:
            raise Impossible("enabled", "takes true or false")
        await edit_webhook(desk, caller_of(request), webhook_id, WebhookEdit(enabled=wanted == "true"))
        return RedirectResponse(f"{ALL}/{webhook_id}?done={'enabled' if wanted == 'true' else 'paused'}", 303)

    @router.post(f"{ONE}/replay")
    async def replayed(request: Request, webhook_id: UUID) -> Response:
        after = read_values(await read_form(request), WebhookReplay).after.strip()
        await replay_webhook(desk, caller_of(request), webhook_id, after)
        return RedirectResponse(f"{ALL}/{webhook_id}?done=replayed", 303)

    @router.post(f"{ONE}/remove")
    async def removed(request: Request, webhook_id: UUID) -> Response:
        await remove_webhook(desk, caller_of(request), webhook_id)
        return RedirectResponse(ALL, 303)
