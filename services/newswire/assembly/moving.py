"""Both ends of a move by the settings."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from newswire.assembly.backends import Backends, open_backends
from newswire.assembly.installation import cluster
from newswire.domain.moving.preflight import of_target
from newswire.errors import UsageError
from newswire.operations.moving.ends import MoveEnd, MoveEnds
from newswire.settings import Settings, load
from newswire.settings.secret_files import SUFFIX

_STORE: Final = "NEWSWIRE_STORE"
_BUS: Final = "NEWSWIRE_BUS"


def settings_there(environ: Mapping[str, str], here: Settings, *, store: str, bus: str | None) -> Settings:
    """The settings with which newswire works after a move: all but the store and the bus stay. Raises `UsageError`."""
    kept = {name: value for name, value in environ.items() if name != f"{_STORE}{SUFFIX}"}
    try:
        return load({**kept, _STORE: store, _BUS: bus or here.bus})
    except UsageError as error:
        raise UsageError(of_target(str(error))) from None


@asynccontextmanager
async def open_ends(here: Settings, there: Settings) -> AsyncGenerator[MoveEnds]:
    """Both ends, connected to on first use and closed at the end. Neither is migrated."""
    async with AsyncExitStack() as stack:
        source, target = [
            await stack.enter_async_context(open_backends(each, check_schema=False, application="newswire move"))
            for each in (here, there)
        ]
        yield MoveEnds(
            source=_end(source),
            target=_end(target),
            same=here.store.get_secret_value() == there.store.get_secret_value(),
            cluster=cluster(there),
            clock=source.clock,
        )


def _end(backends: Backends) -> MoveEnd:
    return MoveEnd(
        address=str(backends.settings.store),
        bus_address=backends.settings.bus,
        schema=backends.schema,
        movable=backends.movable,
        ledger=backends.ledger,
        bus=backends.bus,
        search_index=backends.search_index,
    )
