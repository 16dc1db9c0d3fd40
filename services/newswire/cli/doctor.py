"""What is wrong with a set-up, or could be better."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from newswire import __version__
from newswire.assembly.parts import Parts, open_parts, open_topics
from newswire.cli.topic_reports import reports, retention, wanted
from newswire.domain.feeds.health import FAILING
from newswire.domain.log.topic_report import TopicReport
from newswire.domain.log.topics import offsets_warning
from newswire.errors import NewswireError
from newswire.ports import TopicAdmin
from newswire.runtime.cpus import usable_cpus
from newswire.settings import Settings


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
    if config.kafka_servers:
        async for check in _kafka(config):
            yield check
    try:
        async with open_parts(config, check_schema=False) as parts:
            database = await _database(parts)
            yield database
            if database.ok and not database.advice:
                yield await _feeds(parts)
    except NewswireError as error:
        yield Check("database", ok=False, detail=str(error), advice="NEWSWIRE_BUS and NEWSWIRE_STORE say where it is")


async def _kafka(config: Settings) -> AsyncIterator[Check]:
    try:
        async with open_topics(config) as admin:
            cluster = await admin.cluster()
            topics = await _topics(admin, config)
    except NewswireError as error:
        advice = "NEWSWIRE_BUS says where the brokers are, NEWSWIRE_KAFKA__SECURITY_PROTOCOL how they are spoken to"
        yield Check("brokers", ok=False, detail=str(error), advice=advice)
        return
    detail = f"{config.bus}: {cluster.brokers} in the cluster"
    yield Check("brokers", ok=True, detail=detail, advice=offsets_warning(cluster, retention(config)))
    yield topics


async def _topics(admin: TopicAdmin, config: Settings) -> Check:
    told = await reports(admin, wanted(config))
    wrong = [report for report in told if report.state != "ok"]
    if not wrong:
        return Check("topics", ok=True, detail=f"{len(told)} topics as wanted")
    shown = "; ".join(f"{report.topic} {report.state}{_harmful(report)}" for report in wrong)
    advice = (
        "'newswire topics ensure' creates them"
        if all(report.state == "missing" for report in wrong)
        else "'newswire topics ensure' creates what is missing, and says what to do about each difference"
    )
    return Check("topics", ok=False, detail=f"{len(told)} topics, {len(wrong)} not as wanted: {shown}", advice=advice)


def _harmful(report: TopicReport) -> str:
    found = ", ".join(f"{each.setting}={each.found}" for each in report.differences if each.harm)
    return f" ({found})" if found else ""


async def _database(parts: Parts) -> Check:
    await parts.schema.ping()
    state = await parts.schema.state()
    detail = f"{parts.settings.store}: schema {state.have or 'missing'}, needs {state.need}"
    if state.fits:
        return Check("database", ok=True, detail=detail)
    if state.newer:
        return Check("database", ok=False, detail=detail, advice="a newer newswire has been here: upgrade this one")
    if parts.settings.store.get_secret_value().startswith("sqlite:"):
        return Check("database", ok=True, detail=detail, advice="it is brought up to date at its first use")
    return Check("database", ok=False, detail=detail, advice="run 'newswire migrate'")


async def _feeds(parts: Parts) -> Check:
    feeds = await parts.feeds.all()
    failing = [feed for feed in feeds if feed.errors >= FAILING or feed.disabled]
    detail = f"{len(feeds)} feeds, {len(failing)} failing"
    if not feeds:
        return Check("feeds", ok=True, detail=detail, advice="add some with 'newswire feeds add'")
    if not failing:
        return Check("feeds", ok=True, detail=detail)
    shown = ", ".join(f"{feed.url} ({feed.disabled or feed.last_outcome})" for feed in failing[:5])
    return Check("feeds", ok=False, detail=f"{detail}: {shown}", advice="'newswire feeds check URL' shows what comes")
