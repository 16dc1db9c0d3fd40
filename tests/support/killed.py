"""A process that works in children of its own, and kills them with -9 while they work."""

import asyncio
import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Coroutine
from typing import Any


def killed_again_and_again(work: Callable[[], Coroutine[Any, Any, None]], kills: int, seed: object) -> int:
    """Let a child do ``work`` from its beginning, kill it after a moment, and start the next; the last one may end.

    The process itself only forks: each child begins anew, as after a redelivery. Returns the last child's exit code.
    """
    chance = random.Random(str(seed))
    for left in reversed(range(kills + 1)):
        child = os.fork()
        if not child:
            _do(work)
        if left:
            time.sleep(chance.uniform(0.05, 0.5))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _do(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        asyncio.run(work())
    except BaseException:  # noqa: BLE001  # a fork must not run on in its parent's code
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
