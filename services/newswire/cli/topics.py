"""newswire topics: what a Kafka cluster has to hold before the stages can work on it."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from newswire.assembly.parts import open_topics
from newswire.cli.app import WRONG, app, emit, run_async, say, settings
from newswire.cli.topic_reports import reports, retention, wanted
from newswire.domain.log.topic_report import TopicReport
from newswire.domain.log.topics import offsets_warning, too_few_brokers
from newswire.errors import UsageError
from newswire.ports import TopicAdmin
from newswire.settings import Settings

topics_app = typer.Typer(help="The topics in Kafka: created, and looked after.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")


@topics_app.callback()
def _group() -> None:
    """Keep ``ensure`` a command of its own, as it is the only one."""


@topics_app.command()
def ensure(
    check: Annotated[bool, typer.Option("--check", help="Only look; 1 when a topic is missing or differs.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Create the topics that are missing. One that is there is never changed; 1 when one may lose records."""
    config = settings()
    if not config.kafka_servers:
        say("the bus is the database, where topics come by themselves: there is nothing to ensure")
        return

    async def work() -> bool:
        async with open_topics(config) as admin:
            return await _ensure(admin, config, check=check)

    if not run_async(work()):
        raise typer.Exit(WRONG)


async def _ensure(admin: TopicAdmin, config: Settings, *, check: bool) -> bool:
    topics = wanted(config)
    told = await reports(admin, topics)
    cluster = await admin.cluster()
    missing = [topic for topic, report in zip(topics, told, strict=True) if report.state == "missing"]
    problem = too_few_brokers(missing, cluster)
    if missing and not check:
        if problem:
            raise UsageError(problem)
        await admin.create(missing)
        told = await reports(admin, topics)
    created = set() if check else {topic.name for topic in missing}
    rows = [_row(report, created) for report in told]
    for row in rows:
        emit(json.dumps(row))
    for note in (*(line for report in told for line in _lines(report)), offsets_warning(cluster, retention(config))):
        if note:
            say(note)
    if check and missing:
        say(problem or "'newswire topics ensure' creates what is missing")
    counted = Counter(str(row["state"]) for row in rows)
    say(f"{len(rows)} topics: {', '.join(f'{count} {state}' for state, count in counted.items())}")
    return counted.keys() <= {"ok", "created"}


def _row(report: TopicReport, created: set[str]) -> dict[str, object]:
    state = "created" if report.state == "ok" and report.topic in created else report.state
    return {"topic": report.topic, "state": state, "differences": [asdict(each) for each in report.differences]}


def _lines(report: TopicReport) -> list[str]:
    return [
        f"{report.topic}: {each.setting} is {each.found}, not {each.wanted}: {each.harm or 'kept'} ({each.advice})"
        for each in report.differences
    ]
