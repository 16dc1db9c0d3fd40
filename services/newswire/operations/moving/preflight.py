"""Look at both ends of a move before anything is changed."""

from dataclasses import dataclass, replace
from typing import Final

from newswire.domain.log.topology import CONSUMERS
from newswire.domain.moving.mark import MoveMark
from newswire.domain.moving.preflight import MoveFacts, SchemaFacts, of_target, refusals
from newswire.domain.moving.steps import MoveStep, next_step
from newswire.errors import UsageError, Wait
from newswire.operations.moving.ends import MoveEnds
from newswire.operations.topics import check_topics
from newswire.ports import Schema

_NOBODY: Final = "newswire-move"
"""A consumer group without members: for it, all that a topic holds is unread."""


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move would do."""

    step: MoveStep
    """The step with which it would begin, or go on."""
    rows: dict[str, int]
    """The rows to copy, by table."""
    records: int
    """Records of the log that no stage has finished, to be published to Kafka."""


async def check(ends: MoveEnds) -> MoveStep:
    """Return the step with which the move begins, or goes on. Changes nothing.

    Raises `UsageError` with everything that stands in the way, `Wait` where an end is away.
    """
    way = ends.log
    here = await _schema(ends.source.schema)
    try:
        there = await _target_schema(ends.target.schema)
        facts = MoveFacts(ends.source.address, ends.target.address, ends.same, here, there)
        _refuse(facts)
        source = await _source_mark(ends)
        target = await ends.target.movable.mark("target")
        step = next_step(source, target, store=ends.target.address, bus=ends.target.bus_address)
        if step not in {"fence", "fill"}:
            return step
        if target is None:
            facts = replace(facts, filled_tables=await ends.target.movable.filled_tables())
        facts = await _with_topics(ends, facts)
        if way == "handed" and not facts.bad_topics and not (source and source.bus == ends.target.bus_address):
            topics = [topic for stage in CONSUMERS for topic in stage.reads]
            facts = replace(facts, log_records=sum((await ends.target.bus.lag(_NOBODY, topics)).values()))
    except Wait as error:
        where = f"the place to move to does not answer ({ends.target.address}, bus {ends.target.bus_address})"
        raise Wait(f"{where}: {error}", dependency=error.dependency) from error
    _refuse(facts)
    return step


async def plan_move(ends: MoveEnds) -> MovePlan:
    """Check everything, and count what a move would carry. Raises like `check`."""
    step = await check(ends)
    rows = await ends.source.movable.counts(with_log=ends.log == "copied")
    records = 0
    if ends.log == "handed":
        for stage in CONSUMERS:
            records += sum((await ends.source.bus.lag(stage.group, stage.reads)).values())
    return MovePlan(step, dict(rows), records)


async def _source_mark(ends: MoveEnds) -> MoveMark | None:
    arriving = await ends.source.movable.mark("target")
    if arriving is not None and arriving.state == "filled":
        raise UsageError(arriving.note)
    return await ends.source.movable.mark("source")


async def _with_topics(ends: MoveEnds, facts: MoveFacts) -> MoveFacts:
    if ends.cluster is None:
        return facts
    async with ends.cluster.open() as admin:
        report = await check_topics(admin, ends.cluster.topics, ends.cluster.retention)
    return replace(facts, bad_topics={each.topic: each.state for each in report.wrong})


async def _schema(schema: Schema) -> SchemaFacts:
    state = await schema.state()
    return SchemaFacts(state.have, state.need)


async def _target_schema(schema: Schema) -> SchemaFacts:
    try:
        return await _schema(schema)
    except UsageError as error:
        raise UsageError(of_target(str(error))) from error


def _refuse(facts: MoveFacts) -> None:
    if found := refusals(facts):
        raise UsageError("the move cannot begin:\n" + "\n".join(f"- {each}" for each in found))
