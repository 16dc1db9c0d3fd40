"""One log line for each outcome of an entry."""

from uuid import UUID

import structlog

from newswire.domain.articles.verdict import Verdict
from newswire.domain.ledger import OutcomeKind
from newswire.events import ArticleEvent

log = structlog.get_logger()


def log_verdict(event: ArticleEvent, verdict: Verdict) -> None:
    """Log the outcome of an entry, as `ArticleStore.record` wants to be told it.

    The outcome is logged before it is durable. So a process that is killed leaves no outcome without its line; one
    that is decided again, after a failed commit, has a line each time.
    """
    state, change = verdict.state, verdict.change
    log_outcome(
        event.entry_id,
        verdict.outcome.kind,
        verdict.outcome.reason,
        url=state.url if state else None,
        article_id=str(state.article_id) if state else None,
        change_id=str(change.id) if change else None,
        revision=change.revision if change else None,
    )


def log_outcome(entry_id: UUID | None, outcome: OutcomeKind, reason: str | None, **facts: object) -> None:
    """Log an entry's outcome with the facts that are not None."""
    told = {name: value for name, value in facts.items() if value is not None}
    log.info("entry.outcome", entry_id=str(entry_id) if entry_id else None, outcome=outcome, reason=reason, **told)
