"""The whole line over the sample newsroom comes to what its ground truth says, entry by entry, in both editions."""

from datetime import datetime
from pathlib import Path

import pytest

from newswire.assembly.backends import Backends, open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.cli.demo import NEXT_EDITION, LaterClock, demo_settings
from newswire.demo.judge import differences
from newswire.demo.newsroom import Newsroom
from newswire.demo.truth import Ending
from newswire.domain.ledger import Outcome
from newswire.operations.audit import audit
from newswire.operations.subscribe import subscription
from newswire.settings import Settings, StoreUrl, load


async def endings(backends: Backends, newsroom: Newsroom, since: datetime) -> dict[str, Ending]:
    """What each entry came to: the last outcome of this edition that is not ``unchanged``, or else the last."""
    urls = {entry.article_url for entry in newsroom.expected.values() if entry.article_url}
    by_id = {
        (await backends.ledger.history(url)).article.article_id: url for url in urls if await _stored(backends, url)
    }
    seen: dict[str, Ending] = {}
    for key in newsroom.expected:
        outcomes = [line.outcome for line in (await backends.ledger.history(key)).entries if line.outcome]
        if not outcomes:
            continue
        new = [outcome for outcome in outcomes if outcome.at >= since]
        telling = [outcome for outcome in new if outcome.kind != "unchanged"]
        last: Outcome = max(telling or new or outcomes, key=lambda outcome: outcome.at)
        reasons = frozenset({last.reason or ""}) if last.kind == "rejected" else frozenset()
        seen[key] = Ending(last.kind, reasons, by_id.get(last.duplicate_of) if last.duplicate_of else None)
    return seen


async def _stored(backends: Backends, url: str) -> bool:
    return (await backends.ledger.history(url)).article is not None


@pytest.fixture
async def config(tmp_path: Path, database_url: str) -> Settings:
    """The demo's settings over either engine, its schema in place."""
    config = demo_settings(load({"NEWSWIRE_DATA_DIR": str(tmp_path)}), tmp_path)
    config = config.model_copy(update={"store": StoreUrl(database_url)})
    async with open_backends(config, check_schema=False) as backends:
        await backends.schema.migrate()
    return config


async def test_every_entry_of_both_editions_comes_to_what_is_right(config: Settings):
    clock = LaterClock()
    async with (
        Newsroom(clock.now()) as newsroom,
        open_backends(config, clock=clock) as backends,
        open_fetch_backends(config, clock) as fetch_backends,
    ):
        await backends.feeds.add([subscription(url, clock.now()) for url in newsroom.feeds])
        for edition in (1, 2):
            if edition == 2:
                newsroom.second_edition()
                clock.ahead += NEXT_EDITION
            since = clock.now()
            await Pipeline(backends, fetch_backends).run_once()
            observed = await endings(backends, newsroom, since)
            assert list(differences(newsroom.expected, observed, edition)) == []
            balance = await audit(backends.ledger, backends.bus)
            assert balance.balanced
            assert (balance.lost, balance.pending, balance.unbooked) == (0, 0, 0)
        assert any(hit.conditional for hit in newsroom.requests), "nobody was asked conditionally"
