"""The mark of a move: one row in each of the two databases, from which a move that was interrupted goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

MoveRole = Literal["source", "target"]
MoveState = Literal["fenced", "moved", "lifted", "filled", "opened"]

_AFTER: Final[dict[MoveState, tuple[MoveState | None, ...]]] = {
    "fenced": (None, "lifted"),
    "moved": ("fenced",),
    "lifted": ("fenced",),
    "filled": (None, "filled"),
    "opened": ("filled",),
}
"""For each state, the states that it may follow on the same end; None where the database has no mark."""
_ROLES: Final[dict[MoveState, MoveRole]] = {
    "fenced": "source",
    "moved": "source",
    "lifted": "source",
    "filled": "target",
    "opened": "target",
}


@dataclass(frozen=True, slots=True)
class MoveMark:
    """What a database says about a move.

    The source is ``fenced`` while the move goes on, then ``moved``, or ``lifted`` when the move was aborted. The
    target is ``filled`` when it holds a copy that nobody may write to yet, then ``opened``.
    """

    move_id: UUID
    state: MoveState
    store: str
    """The address of the database at the other end, without its password."""
    bus: str
    """The log of the target: ``database``, or ``kafka://…``."""
    at: datetime

    @property
    def role(self) -> MoveRole:
        """The end of the move that carries this mark."""
        return _ROLES[self.state]

    def may_follow(self, before: "MoveMark | None") -> bool:
        """Whether this mark may take the place of ``before``: a step that another process made meanwhile forbids it."""
        state = before.state if before else None
        return state in _AFTER[self.state] and (before is None or before.move_id == self.move_id)

    @property
    def note(self) -> str:
        """What a writer that is kept out has to know. Empty where writers may go on."""
        there = f"{self.store} (NEWSWIRE_STORE={self.store}, NEWSWIRE_BUS={self.bus})"
        match self.state:
            case "fenced":
                return (
                    f"this store takes no writes: since {self.at:%Y-%m-%d %H:%M} UTC it is being moved to {there}. "
                    "Start there when 'newswire move' has ended; 'newswire move --abort' lets writers go on here"
                )
            case "moved":
                return (
                    f"this store moved on {self.at:%Y-%m-%d %H:%M} UTC and can only be read: the newest state is at "
                    f"{there}. Start there"
                )
            case "filled":
                return (
                    f"this store takes no writes yet: 'newswire move' fills it from {self.store}. Run it there again "
                    "to end the move"
                )
            case _:
                return ""
