"""The operator takes an article from the wire, and has its text erased on request."""

from dataclasses import dataclass
from uuid import UUID

from newswire.contracts import encode_recorded, traceparent_for
from newswire.domain.articles.decide import decide
from newswire.domain.articles.extracted import GONE
from newswire.domain.articles.recorded import Arrival
from newswire.domain.articles.withdrawal import OPERATOR
from newswire.domain.ledger import Sighting
from newswire.events import ArticleGone, Withdrawn, stable_id
from newswire.operations.article_at import article_at
from newswire.ports import ArticleStore, Bus, Clock, Entries, Erasure, Ledger, UrlHistory
from newswire.stages.latest import LatestStates
from newswire.stages.outcome_lines import log_verdict
from newswire.stages.poll.found import log_found


@dataclass(frozen=True, slots=True)
class WithdrawPorts:
    """What a withdrawal asks of the world."""

    ledger: Ledger
    articles: ArticleStore
    entries: Entries
    bus: Bus
    erasure: Erasure
    clock: Clock
    latest: LatestStates | None = None
    """None where the topic of latest states is switched off."""


async def withdraw(url: str, reason: str, ports: WithdrawPorts, *, purge: bool = False) -> UUID:
    """Withdraw the article at an address, with the change on the wire; returns its id.

    With ``purge`` its text is erased too. After a crash, the same call finishes the work; it publishes no second id.
    Raises `UsageError` when there is no article at ``url``, `Wait` when the database or the broker is away.
    """
    article, history = await article_at(url, ports.ledger)
    article_id = article.article_id
    event = _event(history, article_id, reason, ports, purge=purge)
    arrival = Arrival(event, traceparent_for(event.entry_id))
    changes = await ports.articles.record([arrival], decide, ports.clock.now(), log_verdict)
    await ports.bus.publish([encode_recorded(change) for change in await ports.articles.with_earlier(changes)])
    if ports.latest is not None:
        # Its duplicates may have changed with it.
        await ports.latest.publish({article_id, *(change.article_id for change in changes)})
    sighting = _sighting(event, article.url)
    log_found([sighting])
    await ports.entries.book([sighting])
    if purge:
        await ports.erasure.erase(article_id)
        if ports.latest is not None:
            await ports.latest.purged(article_id)
        await ports.erasure.scrub()
    return article_id


def _event(history: UrlHistory, article_id: UUID, reason: str, ports: WithdrawPorts, *, purge: bool) -> ArticleGone:
    """The event of this withdrawal: the one that was recorded for it already, or a new one."""
    last = history.changes[-1] if history.changes else None
    revision = last.revision if last else 0
    if isinstance(last, Withdrawn) and last.by == OPERATOR and bool(last.purged) >= purge:
        revision -= 1  # asked for before, and perhaps not published
    entry_id = stable_id("withdraw", article_id, revision)
    return ArticleGone(
        id=stable_id("article-event", entry_id),
        entry_id=entry_id,
        article_id=article_id,
        fetched_at=ports.clock.now(),
        status=GONE,
        by=OPERATOR,
        said=reason,
        purge=purge,
    )


def _sighting(event: ArticleGone, url: str) -> Sighting:
    return Sighting(
        entry_id=event.entry_id,
        reason="recheck",
        entry_key=str(event.article_id),
        fingerprint="withdraw",
        url=url,
        found_at=event.fetched_at,
    )
