"""Operations for operators: feeds with their health and events, one address explained, the books, dead letters."""

import json
from typing import Any
from uuid import UUID

from newswire.domain.feeds.state import FeedState
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Unknown
from newswire.operations.audit import audit
from newswire.operations.explain import explain
from newswire.operations.wire.book_rows import balance_row, dead_row
from newswire.operations.wire.feed_rows import feed_row
from newswire.operations.wire.stories import gap_line, story_lines
from newswire.ports import Bus, FeedReads, Feeds, Ledger


async def list_feeds(
    caller: Caller, feeds: FeedReads, *, condition: str | None, behind: UUID | None, limit: int
) -> tuple[list[dict[str, object]], UUID | None]:
    """A page of feeds by their ids, and the id to go on from. ``condition`` picks those in that condition.

    Raises `Denied`, and `Wait` when the database is away.
    """
    caller.must("read")
    found = await feeds.listed(condition, behind, limit + 1)
    page = found[:limit]
    return [feed_row(feed) for feed in page], page[-1].id if len(found) > limit else None


async def find_feed(caller: Caller, feeds: FeedReads, feed_id: UUID) -> dict[str, object]:
    """One feed. Raises `Unknown`, `Denied`, and `Wait` when the database is away."""
    caller.must("read")
    return feed_row(await feed_by_id(feeds, feed_id))


async def list_feed_events(
    caller: Caller, feeds: FeedReads, ledger: Ledger, feed_id: UUID, limit: int
) -> list[dict[str, Any]]:
    """The newest events of a feed, the newest first. Raises `Unknown`, `Denied`, and `Wait`."""
    caller.must("read")
    newest: list[bytes] = []
    async for recorded in ledger.feed_events(feed_id, newest_first=True):
        newest.append(recorded.value)
        if len(newest) == limit:
            break
    if not newest:
        await feed_by_id(feeds, feed_id)
    return [json.loads(value) for value in newest]


async def explain_address(caller: Caller, ledger: Ledger, feeds: Feeds, url: str) -> dict[str, Any]:
    """Everything that is known of an address, as `newswire explain` prints it. Raises `Denied` and `Wait`."""
    caller.must("read")
    found = await explain(url, ledger, feeds)
    return {"known": found.known, "story": [*story_lines(found.story), *map(gap_line, found.gaps)]}


async def read_books(caller: Caller, ledger: Ledger, bus: Bus) -> dict[str, Any]:
    """The books, as `newswire audit` prints them. Raises `Denied` and `Wait`."""
    caller.must("read")
    return balance_row(await audit(ledger, bus))


async def list_dead_letters(
    caller: Caller, ledger: Ledger, *, retried: bool, behind: UUID | None, limit: int
) -> tuple[list[dict[str, object]], UUID | None]:
    """A page of dead letters, the oldest first, and the id to go on from. Raises `Denied` and `Wait`."""
    caller.must("admin")
    rows: list[dict[str, object]] = []
    last: UUID | None = None
    async for line in ledger.dead(retried=retried, behind=behind):
        if len(rows) == limit:
            return rows, last
        rows.append(dead_row(line))
        last = line.letter.id
    return rows, None


async def find_dead_letter(caller: Caller, ledger: Ledger, letter_id: UUID) -> dict[str, Any]:
    """One dead letter whole, with the record in it. Raises `Unknown`, `Denied` and `Wait`."""
    caller.must("admin")
    line = await ledger.dead_letter(letter_id)
    if line is None:
        raise Unknown(f"no dead letter {letter_id}: /v1/dead lists them")
    return line.letter.model_dump(mode="json")


async def feed_by_id(feeds: FeedReads, feed_id: UUID) -> FeedState:
    """The state of one feed. Raises `Unknown`, and `Wait` when the database is away."""
    found = await feeds.feed(feed_id)
    if found is None:
        raise Unknown(f"no feed {feed_id}: /v1/feeds lists them")
    return found
