"""Publishing together: who gives up before his turn leaves nothing to write."""

import asyncio

from newswire.adapters.bus_database.publish import GroupCommit
from newswire.ports import Message


async def test_what_everybody_gave_up_before_its_turn_is_not_written():
    written: list[list[Message]] = []

    async def append(messages):
        written.append(list(messages))

    commits = GroupCommit(append)
    publishing = asyncio.create_task(commits.submit((Message("t", "k", b"v"),)))
    await asyncio.sleep(0)  # it has queued up
    publishing.cancel()
    await asyncio.wait({publishing})
    await commits.submit((Message("t", "k", b"w"),))
    await commits.close(1)
    assert written == [[Message("t", "k", b"w")]]
