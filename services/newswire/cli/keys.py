"""newswire keys: create, list and revoke the keys of readers over HTTP."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Annotated

import typer

from newswire.assembly.backends import open_backends
from newswire.cli.app import MOST_DAYS, app, emit, run_async, say, settings
from newswire.domain.wire.keys import MEANINGS, SCOPES, ApiKey, Scope
from newswire.errors import UsageError
from newswire.operations.api_keys import Chance, create_key, replace_key, revoke_key

keys_app = typer.Typer(help="Keys to the read side: create, list, revoke.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")

_USUAL_SCOPES = "read,text,stream"
_CHANCE = Chance(secrets.choice, secrets.token_urlsafe)
_SCOPES_HELP = "What the key opens, comma-separated. " + "; ".join(f"{name}: {MEANINGS[name]}" for name in SCOPES) + "."
Id = Annotated[str, typer.Argument(metavar="ID", help="As 'newswire keys list' shows it.")]


@keys_app.command()
def create(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Who or what holds the key, for people.")] = None,
    scopes: Annotated[str | None, typer.Option(metavar="SCOPES", help=_SCOPES_HELP, show_default=_USUAL_SCOPES)] = None,
    days: Annotated[
        float | None, typer.Option(min=0.001, max=MOST_DAYS, help="Let the key expire after so many days.")
    ] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="ID", help="Take name, scopes and term of this key, and let it expire.")
    ] = None,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=24 * MOST_DAYS, help="Hours for which the replaced key still works.")
    ] = 24,
) -> None:
    """Make a key and print it, alone on its line. It is shown this once; newswire keeps only its SHA-256."""
    if (name is None) == (replaces is None):
        raise UsageError("name the holder of the key, or the key that it replaces with --replaces ID: one of the two")
    if replaces is not None and scopes is not None:
        raise UsageError("--replaces takes the scopes of that key: leave out --scopes, or create a key by a NAME")

    async def work() -> None:
        async with open_backends(settings()) as backends:
            keys, now = backends.api_keys, backends.clock.now()
            until = None if days is None else now + timedelta(days=days)
            if replaces is not None:
                overlap = timedelta(hours=overlap_hours)
                made = await replace_key(
                    keys, backends.webhooks, _CHANCE, now, key_id=replaces, overlap=overlap, expires_at=until
                )
                say(f"{replaces} works until {(now + overlap):%Y-%m-%d %H:%M} UTC at the latest")
            else:
                named = _scopes(_USUAL_SCOPES if scopes is None else scopes)
                made = await create_key(keys, _CHANCE, now, name=name or "", scopes=named, expires_at=until)
            say(f"key {made.kept.key_id} of {made.kept.name}: keep it safe, it is not shown again")
            emit(made.text)

    run_async(work())


@keys_app.command("list")
def list_() -> None:
    """Print every key that was ever made, without the key itself, one JSON object per line."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            keys = await backends.api_keys.all()
            for key in keys:
                emit(json.dumps(_row(key, backends.clock.now()), ensure_ascii=False))
            if not keys:
                say("no keys yet: 'newswire keys create NAME' makes one")

    run_async(work())


@keys_app.command()
def revoke(key_id: Id) -> None:
    """Let a key end now. Running servers notice within seconds."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            await revoke_key(backends.api_keys, key_id, backends.clock.now())
            say(f"{key_id} is revoked")

    run_async(work())


def _scopes(text: str) -> frozenset[Scope]:
    named = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(named - set(SCOPES))
    if unknown:
        raise UsageError(f"{unknown[0]!r} is not a scope: {', '.join(SCOPES)}")
    return frozenset(scope for scope in SCOPES if scope in named)


def _row(key: ApiKey, now: datetime) -> dict[str, object]:
    return {
        "id": key.key_id,
        "name": key.name,
        "scopes": [scope for scope in SCOPES if scope in key.scopes],
        "works": key.works(now),
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
    }
