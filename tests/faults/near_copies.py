"""A process that records near-copies of stories which others record too, and is killed with -9 while it does.

python -m faults.near_copies DATABASE NUMBER KILLS
"""

import random
import sys
from datetime import timedelta
from functools import partial

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.events import ArticleExtracted
from support.article_edits import SAME
from support.build import NOW, arrivals, extracted, signed
from support.killed import killed_again_and_again
from support.prose import prose

STORIES = 12
BATCH = 4
WINDOW = timedelta(days=14)


def copies_of(number: int) -> list[ArticleExtracted]:
    """One writer's copy of each story; which writer published a story first differs from story to story."""
    chance = random.Random(number)
    return [
        signed(
            extracted(
                f"https://site{number}.example/{story}",
                f"Story {story}",
                SAME["typing_errors"](prose(story, 30), chance),
                NOW + timedelta(minutes=(number + story) % 4),
            )
        )
        for story in range(STORIES)
    ]


async def record(url: str, number: int) -> None:
    """Record every copy, all writers in the same order of stories."""
    database = Database(url)
    store = DatabaseArticles(database, near_window=WINDOW)
    events = copies_of(number)
    for start in range(0, STORIES, BATCH):
        await store.record(arrivals(*events[start : start + BATCH]), decide, NOW)
    await database.close()


if __name__ == "__main__":
    sys.exit(killed_again_and_again(partial(record, sys.argv[1], int(sys.argv[2])), int(sys.argv[3]), sys.argv[2]))
