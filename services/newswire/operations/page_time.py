"""Reading archived pages at the time at which they were fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newswire.ports import Clock
from newswire.stages.article_reader import ArticleReader


@dataclass(frozen=True, slots=True)
class PageTime:
    """A clock that stands at the moment at which a page was fetched, so that a page is read alike whenever it is."""

    at: datetime

    def now(self) -> datetime:
        """The moment of the fetch."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Raises `RuntimeError`: nobody waits while a page is read."""
        raise RuntimeError(f"an archived page is read without waiting, not with a pause of {seconds} seconds")


ReaderAt = Callable[[Clock], ArticleReader]
"""Makes the reader of pages, with the rules of the stage `extract`, at a time."""
