"""The checks before a move. Each finding says what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_POSTGRES: Final = "postgresql"
_MIGRATE: Final = "'newswire migrate' with NEWSWIRE_STORE set to what --to names"
_ENSURE: Final = "'newswire topics ensure', with NEWSWIRE_BUS set to what --bus names,"


@dataclass(frozen=True, slots=True)
class SchemaFacts:
    """The schema of one end: its revision (None: no tables), and the one that this newswire needs."""

    have: str | None
    need: str


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """What was found at both ends."""

    source: str
    """The addresses, without passwords."""
    target: str
    same: bool
    """Whether both addresses are one."""
    source_schema: SchemaFacts
    target_schema: SchemaFacts
    filled_tables: Sequence[str] = ()
    """Tables of the target that have rows."""
    bad_topics: Mapping[str, str] = field(default_factory=dict)
    """Topics that are not as newswire needs them, with their state."""
    log_records: int = 0
    """Records that the topics of the target hold already."""


def refusals(facts: MoveFacts) -> tuple[str, ...]:
    """Everything that stands in the way of a move; empty when it can begin."""
    if facts.same:
        return (f"{facts.target} is the store itself: name another database with --to",)
    if not facts.target.startswith(_POSTGRES):
        return (f"{facts.target} is no Postgres: a move goes to postgresql://user@host/name",)
    return tuple(_found(facts))


def of_target(message: str) -> str:
    """The message of a refusal at the target, which is named by options, and by no setting."""
    return message.replace("NEWSWIRE_STORE", "--to").replace("NEWSWIRE_BUS", "--bus")


def _found(facts: MoveFacts) -> list[str]:
    found = []
    if (trouble := _schema(facts.source_schema, "'newswire migrate'")) is not None:
        found.append(f"the schema of this store is {trouble}")
    if (trouble := _schema(facts.target_schema, _MIGRATE)) is not None:
        found.append(f"the schema of {facts.target} is {trouble}")
    if facts.filled_tables:
        found.append(
            f"{facts.target} is not empty ({', '.join(facts.filled_tables)}): stop what works on it and name a "
            "database with nothing in it but the tables of 'newswire migrate'"
        )
    if facts.bad_topics:
        shown = ", ".join(f"{topic} {state}" for topic, state in facts.bad_topics.items())
        found.append(
            f"the topics are not ready ({shown}): {_ENSURE} creates what is missing, and says what to do about each "
            "difference"
        )
    if facts.log_records:
        found.append(
            f"the topics hold {facts.log_records} records already: delete newswire's topics there and run {_ENSURE}, "
            "or name other brokers with --bus"
        )
    return found


def _schema(facts: SchemaFacts, migrate: str) -> str | None:
    """What is wrong with a schema, and what to do: ``migrate`` is the command that brings it up to date."""
    if facts.have == facts.need:
        return None
    if facts.have is not None and facts.have > facts.need:
        return f"{facts.have}, newer than this newswire ({facts.need}): run the newswire that made it"
    return f"{facts.have or 'missing'}, this newswire needs {facts.need}: run {migrate}"
