"""Lists on stdout. An empty list says so on stderr, because silence leaves people to guess."""

from collections.abc import AsyncIterable

from newswire.cli.app import emit, say


async def emit_each(lines: AsyncIterable[str], *, none: str, now: bool = False) -> None:
    """Print each line as it comes, ``now`` or when there is enough to write. If there was no line, say ``none``."""
    some = False
    async for line in lines:
        emit(line, now=now)
        some = True
    if not some:
        say(none)
