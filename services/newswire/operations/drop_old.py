"""Drop texts and dead letters that were kept for long enough, in small steps between which others write."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from newswire.operations.paced import paced
from newswire.ports import Clock, DroppedLetters, DroppedTexts, StoreRetention, TimePlace

TEXTS: Final = 100
"""Texts that one transaction looks at."""
LETTERS: Final = 500
"""Dead letters that one transaction deletes."""


async def drop_texts(
    retention: StoreRetention,
    clock: Clock,
    keep_days: int,
    *,
    dry: bool = False,
    behind: TimePlace | None = None,
    most: int | None = None,
    passed: Callable[[int], None] | None = None,
) -> DroppedTexts:
    """Drop the texts that are older than ``keep_days``, from a place on; returns how many, and where it stopped.

    It stops once it has looked at ``most`` texts. ``passed`` is told after each step how many it has dropped so far.
    ``dry``: count only. Raises `Wait` when the database is away.
    """
    until = clock.now() - timedelta(days=keep_days)
    done = DroppedTexts(0, 0, 0, behind)

    async def step() -> bool:
        nonlocal done
        page = await retention.drop_texts(until, done.behind, TEXTS, clock.now(), dry=dry)
        done = DroppedTexts(done.texts + page.texts, done.size + page.size, done.kept + page.kept, page.behind)
        if passed is not None:
            passed(done.texts)
        return done.behind is not None and (most is None or done.texts + done.kept < most)

    await paced(step, clock)
    return done


async def drop_letters(retention: StoreRetention, clock: Clock, keep_days: int, *, dry: bool = False) -> DroppedLetters:
    """Delete the dead letters that failed, or were last sent again, more than ``keep_days`` ago; returns how many.

    ``dry``: count only. Raises `Wait` when the database is away.
    """
    until = clock.now() - timedelta(days=keep_days)
    done = DroppedLetters(0, 0)

    async def step() -> bool:
        nonlocal done
        page = await retention.drop_letters(until, LETTERS, dry=dry)
        done = DroppedLetters(done.letters + page.letters, done.unsent + page.unsent)
        return not dry and page.letters == LETTERS

    await paced(step, clock)
    return done
