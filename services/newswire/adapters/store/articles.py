"""`ArticleStore` over a database: decisions are made and recorded together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from newswire.adapters.database import Database
from newswire.adapters.store.folded_looks import folded_among
from newswire.adapters.store.publishing_order import with_earlier
from newswire.adapters.store.recording import ArrivedBatch, record
from newswire.adapters.store.rows import letter_row, outcome_row
from newswire.adapters.store.sql import insert_new
from newswire.adapters.store.tables import dead_letters, outcomes
from newswire.domain.articles.recheck import looked_at_by
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.articles.verdict import Booked, Decide, Noted
from newswire.domain.ledger import Outcome
from newswire.events import DeadLetter


def _ignore(*_: object) -> None:
    pass


class DatabaseArticles:
    """`newswire.ports.ArticleStore`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, near_window: timedelta | None = None) -> None:
        """With ``near_window``, articles are compared word by word with those recorded in that time before them."""
        self._database = database
        self._near_window = near_window

    async def record(
        self,
        arrivals: Sequence[Arrival],
        decide: Decide,
        now: datetime,
        noted: Noted = _ignore,
        booked: Booked = _ignore,
    ) -> tuple[RecordedChange, ...]:
        """Decide and write a batch; returns every change that belongs to it."""
        return await record(self._database, ArrivedBatch(arrivals, decide, now, noted, booked, self._near_window))

    async def with_earlier(self, told: Sequence[RecordedChange]) -> tuple[RecordedChange, ...]:
        """Read the earlier changes of the articles that another process may have changed."""
        if not any(each.kind != "published" for each in told):
            return tuple(told)
        async with self._database.read() as connection:
            return await with_earlier(connection, told)

    async def record_dead(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters and reject their entries; what exists of either is left as it is.

        A look that found nothing new and was folded is not rejected: it ended, though nothing is left of its outcome.
        """
        rejected = {
            letter.entry_id: Outcome("rejected", letter.failed_at, letter.reason)
            for letter in reversed(letters)  # the first one's reason stands
            if letter.entry_id is not None
        }
        looked_at = {article_id for letter in letters if (article_id := looked_at_by(letter)) is not None}
        async with self._database.write() as connection:
            for entry_id in await folded_among(connection, looked_at, rejected) if looked_at else ():
                del rejected[entry_id]
            await insert_new(connection, dead_letters, [letter_row(letter) for letter in letters])
            # Sorted: writers that lock rows in one order never wait for each other in a ring.
            await insert_new(
                connection, outcomes, [outcome_row(*line) for line in sorted(rejected.items(), key=itemgetter(0))]
            )
