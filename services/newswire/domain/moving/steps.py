"""The next step of a move, from the marks at both ends.

The order of the marks makes every step safe to repeat: the source is fenced before anything is copied; the copy and
the target's mark are one transaction; the source is marked as moved before the target is opened. So at no time may
writers work at both ends.
"""

from typing import Final, Literal, NoReturn

from newswire.domain.moving.mark import MoveMark
from newswire.errors import UsageError

MoveStep = Literal["fence", "fill", "prove", "open", "done"]
LogPlan = Literal["copied", "handed", "kept"]
"""How the log gets to the target. ``copied``: with the tables, offsets included. ``handed``: what no stage has
finished is published to Kafka. ``kept``: both ends use the same Kafka."""

DATABASE_BUS: Final = "database"


def next_step(source: MoveMark | None, target: MoveMark | None, *, store: str, bus: str) -> MoveStep:
    """Where a move to ``store`` and ``bus`` begins or goes on. ``source`` and ``target`` are the marks at the ends.

    Raises `UsageError` where the marks are those of another move.
    """
    if source is None or source.state == "lifted":
        known = source.move_id if source else None
        if target is not None and (target.state != "filled" or target.move_id != known):
            _taken(target, store)
        return "fence"
    if (source.store, source.bus) != (store, bus):
        _elsewhere(source)
    arrived = target is not None and target.move_id == source.move_id
    if target is not None and not arrived:
        _taken(target, store)
    state = target.state if target else None
    if source.state == "fenced":
        return "fill" if state is None else "prove"
    if state is None:
        raise UsageError(
            f"this store moved to {store}, and that database has no mark of the move: it was replaced or emptied. "
            "Put it back from a backup; this store still has what it had at the move"
        )
    return "open" if state == "filled" else "done"


def log_plan(source_bus: str, target_bus: str) -> LogPlan:
    """How the log gets from one bus to the other. Raises `UsageError` for a way that there is none."""
    if source_bus == DATABASE_BUS:
        return "copied" if target_bus == DATABASE_BUS else "handed"
    if source_bus == target_bus:
        return "kept"
    raise UsageError(
        f"the log is in Kafka already ({source_bus}) and stays there: leave out --bus, or name the same brokers in the "
        "same order. Another cluster is for Kafka's own tools (MirrorMaker), while every stage is stopped"
    )


def _elsewhere(source: MoveMark) -> NoReturn:
    where = f"--to {source.store} --bus {source.bus}"
    if source.state == "moved":
        raise UsageError(f"this store has moved already, with {where}: set NEWSWIRE_STORE to that and move from there")
    raise UsageError(f"a move with {where} has begun: go on with these, or take it back with 'newswire move --abort'")


def _taken(target: MoveMark, store: str) -> NoReturn:
    raise UsageError(
        f"{store} holds what another move brought there from {target.store}: name a database with nothing in it"
    )
