"""What is learned of the hosts of pages, a row each."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Column, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.columns import JSON, metadata
from newswire.adapters.store.sql import insert, select_in
from newswire.domain.articles.decisions import HostLook
from newswire.domain.articles.hosts.habits import NO_HABITS, HostHabits, after_look

# HostHabits of domain/articles/hosts/habits.py: how the pages of a host are edited, and how it answers.
page_hosts = Table(
    "page_hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("habits", JSON, nullable=False),
)
_HABITS: Final = TypeAdapter(HostHabits)


async def load_habits(connection: AsyncConnection, hosts: Iterable[str]) -> dict[str, HostHabits]:
    """The habits of those hosts that something was learned of."""
    rows = await select_in(connection, select(page_hosts), page_hosts.c.host, filter(None, hosts))
    return {row.host: _HABITS.validate_python(row.habits) for row in rows}


async def add_looks(connection: AsyncConnection, looks: Iterable[HostLook]) -> dict[str, HostHabits]:
    """The habits of these looks' hosts as they are known now, with what the looks showed."""
    seen = list(looks)
    habits = await load_habits(connection, (each.host for each in seen))
    for each in seen:
        habits[each.host] = after_look(habits.get(each.host, NO_HABITS), each.look)
    return habits


async def write_habits(connection: AsyncConnection, habits: Mapping[str, HostHabits]) -> None:
    """Put these habits in the place of what was known before."""
    if not habits:
        return
    statement = insert(connection, page_hosts)
    upsert = statement.on_conflict_do_update(index_elements=["host"], set_={"habits": statement.excluded.habits})
    await connection.execute(upsert, [{"host": host, "habits": each} for host, each in sorted(habits.items()) if host])
