"""The log in the database, by plain SQL."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from faults.cluster.evidence import Books, Place, Written
from newswire.adapters.bus_database.records import decode_headers, encode_headers


class DatabaseLog:
    """`faults.cluster.evidence.Log` in Postgres."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._books = Books(url)

    async def committed(self, group: str, topics: Sequence[str]) -> Mapping[Place, int]:
        (rows,) = await self._books.fetch(
            f"SELECT topic, partition, committed FROM bus_offsets WHERE consumer_group = '{group}'", timeout_s=5
        )
        return {(row["topic"], row["partition"]): row["committed"] for row in rows if row["topic"] in topics}

    async def ends(self, topics: Sequence[str]) -> Mapping[Place, int]:
        (rows,) = await self._books.fetch("SELECT topic, partition, next_offset FROM bus_heads", timeout_s=5)
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows if row["topic"] in topics}

    async def read(self, topic: str) -> Sequence[Written]:
        (rows,) = await self._books.fetch(
            f"SELECT * FROM bus_records WHERE topic = '{topic}' ORDER BY partition, \"offset\""
        )
        return [_written(row) for row in rows]

    async def write(self, topic: str, key: bytes | None, value: bytes | None, headers: Iterable[Any]) -> None:
        listed = json.dumps(encode_headers(tuple(headers)))
        connection = await asyncpg.connect(self._url)
        try:
            done = await connection.execute(_WRITE.format(topic=topic), _text(key), value or b"", listed)
        except asyncpg.PostgresError as error:
            raise OSError(f"database: {error}") from error
        finally:
            await connection.close()
        if done != "INSERT 0 1":
            raise OSError(f"{topic} is not there yet")

    def close(self) -> None:
        pass


_WRITE = """
WITH head AS (
    UPDATE bus_heads SET next_offset = next_offset + 1 WHERE topic = '{topic}' AND partition = 0
    RETURNING next_offset - 1 AS at
)
INSERT INTO bus_records (topic, partition, "offset", key, value, headers, published_at)
SELECT '{topic}', 0, at, $1, $2, $3::jsonb, now() FROM head
"""


def _text(key: bytes | None) -> str | None:
    return None if key is None else key.decode()


def _written(row: asyncpg.Record) -> Written:
    headers = json.loads(row["headers"])
    key = None if row["key"] is None else row["key"].encode()
    return Written(
        row["topic"],
        row["partition"],
        row["offset"],
        key,
        row["value"],
        decode_headers(headers),
    )
