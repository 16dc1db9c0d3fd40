"""Work over a whole table in small steps, between which others write."""

from collections.abc import Awaitable, Callable

from newswire.ports import Clock


async def paced(step: Callable[[], Awaitable[bool]], clock: Clock) -> None:
    """Take one step after the other, until one says False: there is nothing more to do.

    A pause after each step is as long as the step, so writers get at least half of the time. Raises as ``step`` does.
    """
    began = clock.now()
    while await step():
        if (took_s := (clock.now() - began).total_seconds()) > 0:
            await clock.sleep(took_s)
        began = clock.now()
