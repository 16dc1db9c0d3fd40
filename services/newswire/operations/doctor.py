"""Examine an installation: its faults, and advice for it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from newswire.domain.feeds.health import FAILING
from newswire.domain.log.topic_report import TopicReport
from newswire.domain.log.topics import WantedTopic
from newswire.errors import NewswireError
from newswire.operations.topics import TopicsReport, check_topics
from newswire.ports import Feeds, Schema, SchemaState, TopicAdmin

_UNFINISHED = (
    "an older newswire can still start here, so articles' texts are stored twice: when every process has this version, "
    "run 'newswire migrate --finish'"
)


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one examination. ``advice`` says what to do, or what to consider."""

    check: str
    ok: bool
    """False where newswire cannot work."""
    detail: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """The facts about this process and its settings."""

    version: str
    python: str
    cpus: int
    """CPUs that this process may use."""
    processes: int
    """Worker processes that it starts."""
    agent: str
    """The user agent that publishers see."""
    contact: bool
    """Whether the user agent says how to reach the operator."""
    store: str
    """The address of the database, without its password."""
    embedded: bool
    """Whether the database is a SQLite file."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The Kafka cluster that the settings name."""

    bus: str
    """Its address, for people."""
    topics: Sequence[WantedTopic]
    retention: timedelta
    """The time for which records are to be kept."""
    open: Callable[[], AbstractAsyncContextManager[TopicAdmin]]


class ExaminedStore(Protocol):
    """The parts of an opened store that are looked at."""

    @property
    def schema(self) -> Schema:
        """The schema of the database."""
        ...

    @property
    def feeds(self) -> Feeds:
        """The subscribed feeds."""
        ...


async def examine(
    installation: Installation,
    cluster: Cluster | None,
    open_store: Callable[[], AbstractAsyncContextManager[ExaminedStore]],
) -> AsyncIterator[Check]:
    """Look at everything that can be looked at without the web. Nothing is changed, except that SQLite makes its file.

    ``cluster`` is None where the database is the bus. A broker or a database that is away is a check that is not ok;
    nothing is raised for it.
    """
    yield Check("version", ok=True, detail=f"newswire {installation.version}, Python {installation.python}")
    yield Check("cpus", ok=True, detail=f"{installation.cpus} usable, {installation.processes} worker processes")
    advice = None if installation.contact else "set NEWSWIRE_FETCH__CONTACT, so that publishers can reach you"
    yield Check("contact", ok=True, detail=f"publishers see {installation.agent!r}", advice=advice)
    if cluster is not None:
        async for check in _kafka(cluster):
            yield check
    try:
        async with open_store() as store:
            await store.schema.ping()
            state = await store.schema.state()
            database = _database(state, installation)
            yield database
            if database.ok and state.fits:
                yield await _feeds(store.feeds)
    except NewswireError as error:
        yield Check("database", ok=False, detail=str(error), advice="NEWSWIRE_BUS and NEWSWIRE_STORE say where it is")


async def _kafka(cluster: Cluster) -> AsyncIterator[Check]:
    try:
        async with cluster.open() as admin:
            report = await check_topics(admin, cluster.topics, cluster.retention)
    except NewswireError as error:
        advice = "NEWSWIRE_BUS says where the brokers are, NEWSWIRE_KAFKA__SECURITY_PROTOCOL how they are spoken to"
        yield Check("brokers", ok=False, detail=str(error), advice=advice)
        return
    yield Check("brokers", ok=True, detail=f"{cluster.bus}: {report.brokers} in the cluster", advice=report.warning)
    yield _topics(report)


def _topics(report: TopicsReport) -> Check:
    number, wrong = len(report.topics), report.wrong
    if not wrong:
        return Check("topics", ok=True, detail=f"{number} topics as wanted")
    shown = "; ".join(f"{each.topic} {each.state}{_harmful(each)}" for each in wrong)
    advice = (
        "'newswire topics ensure' creates them"
        if len(wrong) == len(report.missing)
        else "'newswire topics ensure' creates what is missing, and says what to do about each difference"
    )
    return Check("topics", ok=False, detail=f"{number} topics, {len(wrong)} not as wanted: {shown}", advice=advice)


def _harmful(report: TopicReport) -> str:
    found = ", ".join(f"{each.setting}={each.found}" for each in report.differences if each.harm)
    return f" ({found})" if found else ""


def _database(state: SchemaState, installation: Installation) -> Check:
    detail = f"{installation.store}: schema {state.have or 'missing'}, needs {state.need}"
    if state.fits and state.fence:
        return Check("database", ok=False, detail=detail, advice=state.fence)
    if state.fits:
        return Check("database", ok=True, detail=detail, advice=_UNFINISHED if state.unfinished else None)
    if state.newer:
        return Check("database", ok=False, detail=detail, advice="a newer newswire has been here: upgrade this one")
    if installation.embedded:
        return Check("database", ok=True, detail=detail, advice="it is brought up to date at its first use")
    return Check("database", ok=False, detail=detail, advice="run 'newswire migrate'")


async def _feeds(port: Feeds) -> Check:
    feeds = await port.all()
    failing = [feed for feed in feeds if feed.errors >= FAILING or feed.disabled]
    detail = f"{len(feeds)} feeds, {len(failing)} failing"
    if not feeds:
        return Check("feeds", ok=True, detail=detail, advice="add some with 'newswire feeds add'")
    if not failing:
        return Check("feeds", ok=True, detail=detail)
    shown = ", ".join(f"{feed.url} ({feed.disabled or feed.last_outcome})" for feed in failing[:5])
    return Check("feeds", ok=False, detail=f"{detail}: {shown}", advice="'newswire feeds check URL' shows what comes")
