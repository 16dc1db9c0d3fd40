"""An editor overrules the links between articles."""

from dataclasses import dataclass

from newswire.contracts import encode_recorded, traceparent_for
from newswire.domain.articles.relink import Cause
from newswire.events import stable_id
from newswire.operations.article_at import article_at
from newswire.ports import ArticleStore, Bus, Clock, Ledger, Links
from newswire.stages.latest import LatestStates


@dataclass(frozen=True, slots=True)
class LinkPorts:
    """What an editor's decision asks of the world."""

    ledger: Ledger
    links: Links
    articles: ArticleStore
    bus: Bus
    clock: Clock
    latest: LatestStates | None = None
    """None where the topic of latest states is switched off."""


async def link(url: str, original: str | None, ports: LinkPorts) -> int:
    """Link the article at ``url`` to another one for good, or to none; returns how many changes were published.

    Done again after a crash, it publishes the same changes again. Raises `UsageError` where an address has no article
    or the link cannot be, `Wait` when the database or the broker is away.
    """
    article, _ = await article_at(url, ports.ledger)
    other = (await article_at(original, ports.ledger))[0] if original is not None else None
    entry_id = stable_id("editor", article.article_id, article.revision, other.article_id if other else None)
    cause = Cause(stable_id("article-event", entry_id), entry_id, traceparent_for(entry_id))
    changes = await ports.links.overrule(
        article.article_id, other.article_id if other else None, cause, ports.clock.now()
    )
    await ports.bus.publish([encode_recorded(change) for change in await ports.articles.with_earlier(changes)])
    if ports.latest is not None:
        await ports.latest.publish({article.article_id, *(change.article_id for change in changes)})
    return len(changes)
