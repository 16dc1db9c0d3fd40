"""Whoever folds the ledger is killed again and again: each line is counted once."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.tables import ledger_totals, sightings
from support.build import NOW, entry_id_of, letter, sighting
from support.stores import poll_store
from support.waiting import PATIENCE_S

LINES, FOLLOWERS, KILLS = 600, 60, 4
TESTS = Path(__file__).parents[1]


async def test_a_fold_that_is_killed_counts_each_line_once(database, tables_url):
    ended = [sighting(f"e{n}", at=NOW + timedelta(hours=n)) for n in range(LINES)]
    following = [sighting(f"f{n}", at=NOW + timedelta(days=40), follows=entry_id_of(f"e{n}")) for n in range(FOLLOWERS)]
    await poll_store(database, linger_s=0).entries.book([*ended, *following, sighting("way")])
    await DatabaseArticles(database).record_dead([letter(f"e{n}") for n in range(LINES)])
    before = await DatabaseLedger(database).balance()
    command = (sys.executable, "-m", "faults.folding", tables_url, str(KILLS))
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(TESTS)}, timeout=PATIENCE_S)
    after = await DatabaseLedger(database).balance()
    assert (before.found, before.folded, after.folded) == (LINES + FOLLOWERS + 1, 0, LINES + FOLLOWERS)
    assert replace(after, folded=0) == before
    async with database.read() as connection:
        assert await connection.scalar(select(func.sum(ledger_totals.c.n))) == LINES + FOLLOWERS
        marked = select(func.count()).where(sightings.c.folded_into.is_not(None))
        assert await connection.scalar(marked) == LINES + FOLLOWERS
