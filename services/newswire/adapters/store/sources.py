"""`Sources` over a database."""

from collections.abc import Collection, Mapping
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import func, select

from newswire.adapters.database import Database
from newswire.adapters.store import feed_events
from newswire.adapters.store.sql import insert_new, select_in, update_rows
from newswire.adapters.store.tables import source_states
from newswire.domain.articles.drift.source import NEW_SOURCE
from newswire.domain.articles.drift.states import SourceState
from newswire.events import SourceEvent
from newswire.ports.sources import Judge

_STATE: Final = TypeAdapter(SourceState)
_NEW: Final = _STATE.dump_python(NEW_SOURCE, mode="json")


class DatabaseSources:
    """`newswire.ports.Sources`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def judge(self, sources: Collection[str], judge: Judge) -> tuple[SourceEvent, ...]:
        """Give each source its next state, and record the events: all of it, or nothing."""
        named = sorted(set(sources))
        if not named:
            return ()
        rows, events = [], list[SourceEvent]()
        async with self._database.write() as connection:
            # In the order of the names, so that two consumers never wait for each other.
            await insert_new(connection, source_states, [{"source": name, "state": _NEW} for name in named])
            query = select(source_states.c.source, source_states.c.state).order_by(source_states.c.source)
            found = await select_in(connection, query.with_for_update(), source_states.c.source, named)
            for name, stored in found:
                state, told = judge(name, _STATE.validate_python(stored))
                value = _STATE.dump_python(state, mode="json")
                rows.append({"source": name, "state": value, "drifting_since": state.drifting_since})
                events += told
            await update_rows(connection, source_states.c.source, rows)
            await feed_events.record(connection, events)
        return tuple(events)

    async def states(self, sources: Collection[str]) -> Mapping[str, SourceState]:
        """Those of the sources that have a state."""
        query = select(source_states.c.source, source_states.c.state)
        async with self._database.look() as connection:
            found = await select_in(connection, query, source_states.c.source, sources)
        return {name: _STATE.validate_python(stored) for name, stored in found}

    async def drifting(self) -> int:
        """How many sources are off their baseline."""
        query = select(func.count()).where(source_states.c.drifting_since.is_not(None))
        async with self._database.look() as connection:
            return int((await connection.execute(query)).scalar_one())
