"""newswire replay-examples: the golden day, for the tests of other people's consumers."""

import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from newswire.adapters.clock import SystemClock
from newswire.assembly.api import api_listening
from newswire.assembly.backends import Backends, open_backends
from newswire.assembly.log import open_topics
from newswire.assembly.pipeline import Pipeline
from newswire.cli.app import app, emit, err, run_async, say, settings
from newswire.cli.serve import console_address
from newswire.domain.log.topics import MAX_BATCH_BYTES, WantedTopic
from newswire.errors import UsageError
from newswire.events import CHANGES
from newswire.golden.day import DAY
from newswire.golden.fill import GoldenDay, GoldenPorts, erase_purged, fill
from newswire.log import configure
from newswire.operations.search_index import fill_index
from newswire.ports import Message
from newswire.runtime.signals import stop_on_signals
from newswire.settings import Settings, load

_GROUP: Final = "replay-examples"
"""A consumer group that never commits: what it has not finished is everything in the topic."""
_TOPIC: Final = WantedTopic(CHANGES, partitions=4, replication=1, config={"max.message.bytes": str(MAX_BATCH_BYTES)})


class _LastMoment(SystemClock):
    """The end of the golden day, at which its records are put into the embedded log."""

    def now(self) -> datetime:
        return DAY[-1].at


@dataclass(frozen=True, slots=True)
class _Replay:
    bus: str | None
    into: Path | None
    serve: bool
    expected: bool
    again: bool

    @property
    def printed(self) -> bool:
        return not (self.bus or self.into or self.serve or self.expected)


PrintExpected = Annotated[
    bool, typer.Option("--expected", help="Print the state that a correct consumer holds in the end.")
]


@app.command("replay-examples")
def replay_examples(
    bus: Annotated[
        str | None, typer.Option(metavar="kafka://HOST:PORT", help="Put the records of the day onto this Kafka.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Make a data folder with the day in its store and its log.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Serve the day over HTTP until Ctrl-C.")] = False,  # noqa: FBT002  # Typer's way
    expected: PrintExpected = False,  # noqa: FBT002  # Typer's way
    again: Annotated[bool, typer.Option("--again", help="Allow a Kafka whose topic has records.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Replay a made-up day with every kind of event of the wire, for the tests of your own consumer.

    Without options the records are printed, one JSON object a line. The same release gives the same bytes every time.
    """
    if bus is not None and not bus.startswith("kafka://"):
        raise UsageError(f"--bus takes kafka://host:port; for the log in a database, use --into FOLDER, not {bus}")
    if again and bus is None:
        raise UsageError("--again says that the topic of --bus may have records: name the Kafka too")
    config = settings()
    configure(config.log.model_copy(update={"level": "error"}), service="replay-examples", terminal=err.is_terminal)
    with ExitStack() as stack:
        folder = into or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newswire-golden-day-")))
        run_async(_replayed(_Replay(bus, into, serve, expected, again), _golden_settings(config, folder, bus)))


def _golden_settings(config: Settings, folder: Path, bus: str | None) -> Settings:
    """The defaults wherever a setting bears on the events, so that they are always the same."""
    try:
        plain = load({"NEWSWIRE_DATA_DIR": str(folder), "NEWSWIRE_BUS": bus or "database"})
    except UsageError as error:
        raise UsageError(f"--bus takes kafka://host:port,host:port, not {bus}") from error
    return plain.model_copy(
        update={
            "kafka": config.kafka,
            "webhooks": config.webhooks,
            "serve": config.serve.model_copy(update={"host": "127.0.0.1", "require_keys": False}),
        }
    )


async def _replayed(wanted: _Replay, config: Settings) -> None:
    clock = None if config.kafka_servers else _LastMoment()
    async with open_backends(config, clock=clock) as backends:
        ports = _ports(backends)
        day = await fill(ports)
        if wanted.expected:
            emit(json.dumps(day.expected, indent=2, ensure_ascii=False))
        if wanted.printed:
            for record in day.records:
                emit(_line(record))
        if wanted.bus:
            await _published(backends, day, again=wanted.again)
        if wanted.into or wanted.serve:
            if not wanted.bus:
                await backends.bus.publish(day.records)
            await erase_purged(ports)
            await fill_index(backends.search_index)
    if wanted.into:
        say(f"the golden day is in {config.data_dir}: NEWSWIRE_DATA_DIR={config.data_dir} newswire serve")
    if wanted.serve:
        await _served(config.model_copy(update={"bus": "database"}))


def _ports(backends: Backends) -> GoldenPorts:
    return GoldenPorts(
        articles=backends.articles,
        links=backends.links,
        entries=backends.entries,
        feeds=backends.feeds,
        feed_events=backends.feed_events,
        source_events=backends.source_events,
        sources=backends.sources,
        wire=backends.wire,
        erasure=backends.erasure,
    )


def _line(record: Message) -> str:
    """A record as a line of JSON; its value stands there byte for byte."""
    headers = {name: value.decode() for name, value in record.headers}
    named = json.dumps({"topic": record.topic, "key": record.key, "headers": headers}, ensure_ascii=False)
    return f'{named[:-1]}, "value": {record.value.decode()}}}'


async def _published(backends: Backends, day: GoldenDay, *, again: bool) -> None:
    """Put the records onto the Kafka of the settings, whose topic is made where it is missing.

    Raises `UsageError` where the topic has records: the made-up articles would reach the readers of a real wire.
    """
    async with open_topics(backends.settings) as topics:
        if not await topics.found([CHANGES]):
            await topics.create([_TOPIC])
    there = sum((await backends.bus.lag(_GROUP, [CHANGES])).values())
    if there and not again:
        raise UsageError(
            f"{CHANGES} has {there} records already. Use a Kafka that is for tests alone; there, --again adds the day"
        )
    await backends.bus.publish(day.records)
    say(f"{len(day.records)} records with {day.expected['events']} events are in {CHANGES}")


async def _served(config: Settings) -> None:
    stop = asyncio.Event()
    async with open_backends(config) as backends:
        with stop_on_signals(stop):
            async with api_listening(backends, stop) as port:
                emit(console_address(config.serve, port), now=True)
                say("the golden day is at this address, and Ctrl-C ends it")
                await Pipeline(backends, None, stop=stop).run(("webhooks",))
