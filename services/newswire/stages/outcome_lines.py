"""One log line for each outcome of an entry."""

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from newswire.domain.articles.decide import decide
from newswire.domain.articles.verdict import Decide, Known, Verdict
from newswire.domain.ledger import OutcomeKind
from newswire.events import ArticleEvent

log = structlog.get_logger()


def log_decided(decide: Decide) -> Decide:
    """A decision that logs the outcome of each entry.

    The outcome is logged before it is durable. So a process that is killed leaves no outcome without its line; one
    that is decided again, after a failed commit, has a line each time.
    """

    def decide_and_tell(event: ArticleEvent, known: Known, now: datetime) -> Verdict:
        verdict = decide(event, known, now)
        _log(event, verdict)
        return verdict

    return decide_and_tell


decide_and_log: Final = log_decided(decide)
"""The decision about an article that arrived, with its log line."""


def _log(event: ArticleEvent, verdict: Verdict) -> None:
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
