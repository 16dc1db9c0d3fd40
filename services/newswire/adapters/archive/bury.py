"""Erases pages in the files that hold them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from newswire.adapters.archive.files import Files
from newswire.domain.archive.index import IndexLine, index_lines, index_text
from newswire.domain.archive.names import index_name
from newswire.domain.archive.tombstone import tombstone


async def bury(files: Files, name: str, lines: Sequence[IndexLine], at: datetime) -> None:
    """Put tombstones in the places of these pages of a file, then take their lines from its index. Raises `Wait`."""
    await files.replace(name, partial(_buried, lines=lines, at=at))
    await files.replace(index_name(name), partial(_without, record_ids={line.record_id for line in lines}))


def _buried(data: bytes, *, lines: Sequence[IndexLine], at: datetime) -> bytes:
    changed = bytearray(data)
    for line in lines:
        for place in (line.place, line.metadata):
            changed[place.offset : place.offset + place.length] = tombstone(place.length, line.record_id, at)
    return bytes(changed)


def _without(text: bytes, *, record_ids: Collection[UUID]) -> bytes:
    try:
        return index_text(line for line in index_lines(text) if line.record_id not in record_ids)
    except ValueError:
        return text  # damaged: readers go to the file instead
