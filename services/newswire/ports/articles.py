"""Articles, their revisions and the recorded changes: the state of the store stage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.articles.verdict import Booked, Decide, Noted
from newswire.events import DeadLetter


class ArticleStore(Protocol):
    """Articles, their revisions, and the recorded changes: the state of `store`."""

    async def record(
        self,
        arrivals: Sequence[Arrival],
        decide: Decide,
        now: datetime,
        noted: Noted = ...,
        booked: Booked = ...,
    ) -> tuple[RecordedChange, ...]:
        """Decide and write a batch; returns every change that belongs to it, in order.

        It is one transaction or, beside others who record, several, each with some of the arrivals.

        For each arrival: when its entry came to an outcome before (other than a rejection), nothing is
        decided, and the change recorded for its event id, if it made one, is returned again. Otherwise
        ``decide`` is given what is known, as the arrivals before it in the batch leave it, and its
        verdict is written: article, revision, change, outcome. What is written is what would be if no other
        `record`, of this process or another, ran meanwhile; ``decide`` may be called more than once for that.
        ``noted`` is called with each verdict before it is durable: once for each, but after a failed commit.
        ``booked`` is called with the outcomes of each transaction, once it is durable.
        Raises `Wait` when the database is away: what is not written then is decided when the batch comes again.
        """
        ...

    async def with_earlier(self, told: Sequence[RecordedChange]) -> tuple[RecordedChange, ...]:
        """The recorded changes as they are to be published: each behind its article's earlier ones.

        Another process may have recorded an earlier one and not published it yet, where an event of another article
        or a command changed the article. Then that one is in the answer too, with the same id and bytes.
        Raises `Wait` when the database is away.
        """
        ...

    async def record_dead(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters (one that exists is left as it is) and reject their entries, in one transaction.

        An entry that already came to another outcome keeps it.
        """
        ...
