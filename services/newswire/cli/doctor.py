"""What is wrong with a set-up, or could be better."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from newswire import __version__
from newswire.bootstrap import Parts, open_parts
from newswire.errors import NewswireError
from newswire.runtime.cpus import usable_cpus
from newswire.settings import Settings

_FAILING: Final = 3
"""Failed polls in a row from which a feed counts as failing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. What is not ``ok`` keeps newswire from working; ``advice`` says what to do or consider."""

    check: str
    ok: bool
    detail: str
    advice: str | None = None


async def examine(config: Settings) -> AsyncIterator[Check]:
    """Look at everything that can be looked at without the web. Changes nothing but that SQLite creates its file."""
    yield Check("version", ok=True, detail=f"newswire {__version__}, Python {sys.version.split()[0]}")
    cpus = usable_cpus()
    yield Check("cpus", ok=True, detail=f"{cpus} usable, {config.extract.processes or cpus} worker processes")
    advice = None if config.fetch.contact else "set NEWSWIRE_FETCH__CONTACT, so that publishers can reach you"
    yield Check("contact", ok=True, detail=f"publishers see {config.fetch.agent!r}", advice=advice)
    try:
        async with open_parts(config, check_schema=False) as parts:
            database = await _database(parts)
            yield database
            if database.ok and not database.advice:
                yield await _feeds(parts)
    except NewswireError as error:
        yield Check("database", ok=False, detail=str(error), advice="NEWSWIRE_BUS and NEWSWIRE_STORE say where it is")


async def _database(parts: Parts) -> Check:
    await parts.schema.ping()
    have, need = await parts.schema.state()
    detail = f"{parts.settings.store}: schema {have or 'missing'}, needs {need}"
    if have == need:
        return Check("database", ok=True, detail=detail)
    if have is not None and have > need:  # revisions are numbered, with as many digits each
        return Check("database", ok=False, detail=detail, advice="a newer newswire has been here: upgrade this one")
    if parts.settings.store.get_secret_value().startswith("sqlite:"):
        return Check("database", ok=True, detail=detail, advice="it is brought up to date at its first use")
    return Check("database", ok=False, detail=detail, advice="run 'newswire migrate'")


async def _feeds(parts: Parts) -> Check:
    feeds = await parts.feeds.all()
    failing = [feed for feed in feeds if feed.errors >= _FAILING or feed.disabled]
    detail = f"{len(feeds)} feeds, {len(failing)} failing"
    if not feeds:
        return Check("feeds", ok=True, detail=detail, advice="add some with 'newswire feeds add'")
    if not failing:
        return Check("feeds", ok=True, detail=detail)
    shown = ", ".join(f"{feed.url} ({feed.disabled or feed.last_outcome})" for feed in failing[:5])
    return Check("feeds", ok=False, detail=f"{detail}: {shown}", advice="'newswire feeds check URL' shows what comes")
