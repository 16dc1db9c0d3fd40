"""newswire topics: the topics that a Kafka cluster must hold before the stages can work on it."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from newswire.assembly.installation import topic_retention, topics_wanted
from newswire.assembly.log import open_topics
from newswire.cli.app import WRONG, app, emit, run_async, say, settings
from newswire.domain.log.topic_report import TopicReport
from newswire.operations.topics import TopicsReport, check_topics, ensure_topics

topics_app = typer.Typer(help="The topics in Kafka: create and check them.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")


@topics_app.callback()
def _group() -> None:
    """Keep ``ensure`` a command of its own, as it is the only one."""


@topics_app.command()
def ensure(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 on any difference.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Create the topics that are missing. An existing topic is never changed; exit with 1 when one may lose records."""
    config = settings()
    if not config.kafka_servers:
        say("the bus is the database, which needs no topics: there is nothing to ensure")
        return

    async def work() -> bool:
        async with open_topics(config) as admin:
            act = check_topics if check else ensure_topics
            return _show(await act(admin, topics_wanted(config), topic_retention(config)))

    if not run_async(work()):
        raise typer.Exit(WRONG)


def _show(report: TopicsReport) -> bool:
    """Print the report; returns whether nothing is left to do."""
    rows = [_row(each, report.created) for each in report.topics]
    for row in rows:
        emit(json.dumps(row))
    for note in (*(line for each in report.topics for line in _lines(each)), report.warning):
        if note:
            say(note)
    if report.missing:
        say(report.problem or "'newswire topics ensure' creates what is missing")
    counted = Counter(str(row["state"]) for row in rows)
    say(f"{len(rows)} topics: {', '.join(f'{count} {state}' for state, count in counted.items())}")
    return not report.wrong


def _row(report: TopicReport, created: frozenset[str]) -> dict[str, object]:
    state = "created" if report.state == "ok" and report.topic in created else report.state
    return {"topic": report.topic, "state": state, "differences": [asdict(each) for each in report.differences]}


def _lines(report: TopicReport) -> list[str]:
    return [
        f"{report.topic}: {each.setting} is {each.found}, not {each.wanted}: {each.harm or 'kept'} ({each.advice})"
        for each in report.differences
    ]
