"""One log line for each entry that is booked."""

from collections.abc import Iterable

import structlog

from newswire.domain.ledger import Sighting

log = structlog.get_logger()


def log_found(sightings: Iterable[Sighting]) -> None:
    """Log each sighting: why it was taken, which one it follows, and the outcome that it has at once, if any."""
    for line in sightings:
        follows = {"follows": str(line.follows)} if line.follows else {}
        at_once = {"outcome": line.outcome.kind, "outcome_reason": line.outcome.reason} if line.outcome else {}
        log.info("entry.found", entry_id=str(line.entry_id), url=line.url, reason=line.reason, **follows, **at_once)
