"""/v1/webhooks: make webhooks, look at them, change and remove them."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic_core import to_json

from newswire.domain.webhooks.webhook import Webhook
from newswire.events import Value
from newswire.operations.webhooks.manage import (
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
from newswire.serve.api.answers import answer
from newswire.serve.api.parameters import NO_PARAMETERS
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.api.webhook_bodies import NewWebhook, SecretRotation, WebhookChanges, WebhookReplay, read_body
from newswire.serve.api.webhook_shapes import (
    WebhookDocument,
    WebhooksAnswer,
    WebhookTestAnswer,
    WebhookWithSecret,
    webhook_document,
)

HookId = Annotated[UUID, Path(description="The `id` of a webhook.")]
ALL: Final = "/v1/webhooks"
ONE: Final = "/v1/webhooks/{webhook_id}"


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["webhooks"], dependencies=NO_PARAMETERS)

    async def shown(webhook: Webhook) -> WebhookDocument:
        return webhook_document(webhook, (await lag_of(reading.webhooks))(webhook))

    @router.get(ALL, operation_id="listWebhooks", summary="The webhooks of this key")
    async def listed(request: Request) -> Response:
        found = await list_webhooks(reading.webhooks, caller_of(request))
        lag = await lag_of(reading.webhooks)
        return answer(request, WebhooksAnswer(webhooks=[webhook_document(one, lag(one)) for one in found]))

    @router.post(ALL, operation_id="createWebhook", summary="Make a webhook")
    async def create(request: Request) -> Response:
        wish = (await read_body(request, NewWebhook)).wish
        made = await create_webhook(reading.webhooks, caller_of(request), wish)
        return _done(WebhookWithSecret(webhook=await shown(made), secret=made.secrets.current), status=201)

    @router.get(ONE, operation_id="getWebhook", summary="One webhook, and how it is")
    async def one(request: Request, webhook_id: HookId) -> Response:
        return answer(request, await shown(await find_webhook(reading.webhooks, caller_of(request), webhook_id)))

    @router.patch(ONE, operation_id="changeWebhook", summary="Change, disable or enable a webhook")
    async def change(request: Request, webhook_id: HookId) -> Response:
        edit = (await read_body(request, WebhookChanges)).edit
        return _done(await shown(await edit_webhook(reading.webhooks, caller_of(request), webhook_id, edit)))

    @router.delete(ONE, operation_id="removeWebhook", summary="Remove a webhook")
    async def remove(request: Request, webhook_id: HookId) -> Response:
        await remove_webhook(reading.webhooks, caller_of(request), webhook_id)
        return Response(status_code=204)

    @router.post(f"{ONE}/test", operation_id="testWebhook", summary="Send a test message now")
    async def test(request: Request, webhook_id: HookId) -> Response:
        result = await try_webhook(reading.webhooks, caller_of(request), webhook_id)
        return _done(WebhookTestAnswer(accepted=result.accepted, answer=result.answer))

    @router.post(f"{ONE}/rotate", operation_id="rotateWebhookSecret", summary="Give a webhook a new secret")
    async def rotate(request: Request, webhook_id: HookId) -> Response:
        overlap = timedelta(hours=(await read_body(request, SecretRotation)).overlap_hours)
        rotated = await rotate_secret(reading.webhooks, caller_of(request), webhook_id, overlap)
        return _done(WebhookWithSecret(webhook=await shown(rotated), secret=rotated.secrets.current))

    @router.post(f"{ONE}/replay", operation_id="replayWebhook", summary="Deliver again from a cursor")
    async def replay(request: Request, webhook_id: HookId) -> Response:
        after = (await read_body(request, WebhookReplay)).after
        return _done(await shown(await replay_webhook(reading.webhooks, caller_of(request), webhook_id, after)))

    return router


def _done(value: Value, *, status: int = 200) -> Response:
    """The answer to a request that changed something. It may hold a secret, so no cache keeps it."""
    return Response(to_json(value), status, headers={"Cache-Control": "no-store"}, media_type="application/json")
