"""A process that folds the ledger, and is killed with -9 while it does: ``python -m faults.folding DATABASE KILLS``."""

import sys
from datetime import timedelta
from functools import partial

from newswire.adapters.database import Database
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from support.build import NOW
from support.killed import killed_again_and_again

STEP = 5
"""Lines of a step: so few that a kill seldom finds none under way."""


async def fold(url: str) -> None:
    """Fold everything, in small steps."""
    database, behind = Database(url), None
    folding = DatabaseLedgerFold(database)
    while True:
        page = await folding.fold(NOW + timedelta(days=90), behind, STEP)
        behind = page.behind
        if behind is None:
            break
    await database.close()


if __name__ == "__main__":
    sys.exit(killed_again_and_again(partial(fold, sys.argv[1]), int(sys.argv[2]), sys.argv[1]))
