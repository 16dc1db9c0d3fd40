"""The books and dead letters as JSON rows: the same on the command line and over HTTP."""

from newswire.domain.ledger import Balance
from newswire.ports import DeadLine


def balance_row(balance: Balance) -> dict[str, object]:
    """The balance, and whether it balances."""
    return {
        "found": balance.found,
        "outcomes": dict(balance.outcomes),
        "rejected": dict(balance.reasons),
        "pending": balance.pending,
        "unbooked": balance.unbooked,
        "folded": balance.folded,
        "lost": balance.lost,
        "balanced": balance.balanced,
    }


def dead_row(line: DeadLine) -> dict[str, object]:
    """A dead letter without the record in it."""
    letter = line.letter
    return {
        "id": str(letter.id),
        "failed_at": letter.failed_at.isoformat(),
        "stage": letter.stage,
        "reason": letter.reason,
        "message": letter.message,
        "attempts": letter.attempts,
        "url": letter.url,
        "topic": letter.topic,
        "retried_at": line.retried_at.isoformat() if line.retried_at else None,
    }
