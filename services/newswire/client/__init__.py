"""Follow the wire from your own program, over HTTP, from Kafka or from the SQLite file of newswire. Light to import.

    async with connect("https://wire.example.org", key="nwk_…") as wire:
        async for change in wire.changes(after=cursor):
            ...  # deal with change.data, then save change.cursor

`connect_sync` is the same without asyncio. Save the cursor with the work, in one transaction, and you deal with every
change exactly once. `batches` gives changes in groups for that.
"""

from newswire.client.errors import CursorLost, WireAway, WireRefused
from newswire.client.pages import ChangeBatch, Wanted
from newswire.client.wire import AsyncWire, SyncWire, connect, connect_sync
from newswire.domain.wire.documents import ArticleDocument, WireArticle, WireChange

__all__ = [
    "ArticleDocument",
    "AsyncWire",
    "ChangeBatch",
    "CursorLost",
    "SyncWire",
    "Wanted",
    "WireArticle",
    "WireAway",
    "WireChange",
    "WireRefused",
    "connect",
    "connect_sync",
]
