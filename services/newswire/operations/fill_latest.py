"""Publish the latest state of every article that the store has."""

from typing import Final

from newswire.ports import StandingArticles
from newswire.stages.latest import LatestStates

PAGE: Final = 200
"""Articles read and published together."""


async def fill_latest(articles: StandingArticles, states: LatestStates) -> int:
    """Publish all of them, in the order of their ids; returns how many. Stages may be at work meanwhile.

    Raises `Wait` when the database or the broker is away: call it again.
    """
    count, last = 0, None
    while page := await articles.after(last, PAGE):
        await states.publish(page)
        count, last = count + len(page), page[-1]
    return count
