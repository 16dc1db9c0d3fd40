"""newswire webhooks: make, list, try, change and remove webhooks, those of every key."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

import typer
from pydantic import ValidationError

from newswire.assembly.backends import open_backends
from newswire.assembly.exposure import readable_by_others
from newswire.assembly.webhooks import webhook_desk
from newswire.cli.app import WRONG, app, emit, run_async, say, settings
from newswire.domain.webhooks.webhook import Webhook
from newswire.domain.wire.keys import LOCAL
from newswire.errors import UsageError
from newswire.operations.webhooks.manage import (
    USUAL_OVERLAP,
    WebhookDesk,
    WebhookEdit,
    create_webhook,
    edit_webhook,
    lag_of,
    list_webhooks,
    remove_webhook,
    replay_webhook,
    rotate_secret,
    try_webhook,
)
from newswire.serve.api.parameters import LISTS, refuse_repeated
from newswire.serve.api.problems import parameter_errors
from newswire.serve.api.webhook_bodies import NewWebhook
from newswire.serve.api.webhook_shapes import webhook_document

webhooks_app = typer.Typer(
    help="Webhooks: add, list, test, rotate, replay, enable, disable, remove.", no_args_is_help=True
)
app.add_typer(webhooks_app, name="webhooks")

WebhookId = Annotated[UUID, typer.Argument(metavar="ID", help="As 'newswire webhooks list' shows it.")]


@webhooks_app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address that events are posted to.")],
    name: Annotated[str, typer.Option(help="A name for people.")] = "",
    query: Annotated[
        str,
        typer.Option(
            metavar="QUERY",
            help="Which events, which fields of articles, and from where on, written as for /v1/stream: "
            "kind=published,revised&language=en&fields=title,url&after=start.",
        ),
    ] = "",
) -> None:
    """Make a webhook, and print its secret, alone on its line. It is shown this once."""
    given: dict[str, Any] = {}
    asked_for = parse_qsl(query, keep_blank_values=True)
    refuse_repeated(asked_for, LISTS)
    for parameter, value in asked_for:
        given[parameter] = [*given.get(parameter, ()), value] if parameter in LISTS else value
    try:
        asked = NewWebhook.model_validate({**given, "url": url, "name": name})
    except ValidationError as error:
        faults = parameter_errors(error.errors())
        raise UsageError("; ".join(f"{fault['parameter']}: {fault['detail']}" for fault in faults)) from None

    async def work() -> None:
        async with _desk() as desk:
            made = await create_webhook(desk, LOCAL, asked.wish)
            if warning := readable_by_others(settings()):
                say(f"warning: {warning}")
            say(f"webhook {made.id}: keep its secret safe, it is not shown again")
            emit(made.secrets.current)

    run_async(work())


@webhooks_app.command("list")
def list_() -> None:
    """Print every webhook, the oldest first, without its secret, one JSON object per line."""

    async def work() -> None:
        async with _desk() as desk:
            lag = await lag_of(desk)
            webhooks = await list_webhooks(desk, LOCAL)
            for webhook in webhooks:
                _print(webhook, lag(webhook))
            if not webhooks:
                say("no webhooks yet: 'newswire webhooks add URL' makes one")

    run_async(work())


@webhooks_app.command()
def test(webhook_id: WebhookId) -> None:
    """Send a test message now; 0 when the receiver accepted it, else 1."""

    async def work() -> None:
        async with _desk() as desk:
            result = await try_webhook(desk, LOCAL, webhook_id)
        say(f"{'accepted' if result.accepted else 'not accepted'}: {result.answer}")
        if not result.accepted:
            raise typer.Exit(WRONG)

    run_async(work())


@webhooks_app.command()
def rotate(
    webhook_id: WebhookId,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=720, help="Hours in which the old secret signs as well.")
    ] = USUAL_OVERLAP.total_seconds() / 3600,
) -> None:
    """Give a webhook a new secret, and print it, alone on its line. It is shown this once."""

    async def work() -> None:
        async with _desk() as desk:
            rotated = await rotate_secret(desk, LOCAL, webhook_id, timedelta(hours=overlap_hours))
            if (until := rotated.secrets.former_until) is not None:
                say(f"the old secret signs too until {until:%Y-%m-%d %H:%M} UTC")
            emit(rotated.secrets.current)

    run_async(work())


@webhooks_app.command()
def replay(
    webhook_id: WebhookId,
    after: Annotated[str, typer.Option(metavar="CURSOR", help="Deliver what is behind it; start is everything.")],
) -> None:
    """Deliver again from a cursor, and enable the webhook. The receiver gets the same ids as the first time."""

    async def work() -> None:
        async with _desk() as desk:
            moved = await replay_webhook(desk, LOCAL, webhook_id, after)
            _print(moved, (await lag_of(desk))(moved))

    run_async(work())


@webhooks_app.command()
def enable(webhook_id: WebhookId) -> None:
    """Go on from where a disabled webhook has stopped."""
    _set(webhook_id, WebhookEdit(enabled=True))


@webhooks_app.command()
def disable(webhook_id: WebhookId) -> None:
    """Send nothing until the webhook is enabled. Its place is kept."""
    _set(webhook_id, WebhookEdit(enabled=False))


@webhooks_app.command()
def remove(webhook_id: WebhookId) -> None:
    """Remove a webhook, with its place and its secret."""

    async def work() -> None:
        async with _desk() as desk:
            await remove_webhook(desk, LOCAL, webhook_id)
            say(f"{webhook_id} is removed")

    run_async(work())


def _set(webhook_id: UUID, edit: WebhookEdit) -> None:
    async def work() -> None:
        async with _desk() as desk:
            changed = await edit_webhook(desk, LOCAL, webhook_id, edit)
            _print(changed, (await lag_of(desk))(changed))

    run_async(work())


@asynccontextmanager
async def _desk() -> AsyncGenerator[WebhookDesk]:
    async with open_backends(settings()) as backends, webhook_desk(backends) as desk:
        yield desk


def _print(webhook: Webhook, lag: int | None) -> None:
    emit(webhook_document(webhook, lag).model_dump_json())
