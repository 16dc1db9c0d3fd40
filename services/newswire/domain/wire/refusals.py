"""Why a reader is refused: each class is one type of problem (RFC 9457), with its status and its title."""

from typing import ClassVar

from newswire.domain.wire.cursor import Cursor, LostWhy, Range
from newswire.errors import NewswireError


class ReadRefused(NewswireError):  # noqa: N818  # named by what to do about it
    """A request that is refused. The message says what to do instead."""

    type: ClassVar[str]
    """The last part of the problem type's URI; it never changes."""
    status: ClassVar[int]
    title: ClassVar[str]


class Denied(ReadRefused):
    """The key does not allow this. The message says which scope is missing."""

    type, status, title = "forbidden", 403, "The key does not allow this"


class NoKey(ReadRefused):
    """No key, or a key that is not valid."""

    type, status, title = "unauthorized", 401, "A key is needed"


class TooManyTries(ReadRefused):
    """Too many wrong keys came from one address."""

    type, status, title = "too-many-tries", 429, "Too many wrong keys came from this address"

    def __init__(self, wait_s: int) -> None:
        """``wait_s`` is the time until another try, in seconds."""
        super().__init__(f"Wait {wait_s} seconds, then send a key that works.")
        self.wait_s = wait_s


class TooManyOpen(ReadRefused):
    """A key has too many requests open at once."""

    type, status, title = "too-many-open", 429, "Too many requests of this key are open"


class Misdirected(ReadRefused):
    """The request was meant for another host."""

    type, status, title = "misdirected", 421, "The request names another host"


class Unknown(ReadRefused):
    """There is nothing with this id or address."""

    type, status, title = "not-found", 404, "There is no such thing"


class Conflict(ReadRefused):
    """What is asked for does not go with what there is."""

    type, status, title = "conflict", 409, "This does not go with what there is"


class TooLarge(ReadRefused):
    """The body of a request is too large."""

    type, status, title = "too-large", 413, "The body is too large"


class CrossSite(ReadRefused):
    """A page of another site made the request."""

    type, status, title = "cross-site", 403, "This request came from another site"


class Impossible(ReadRefused):
    """A parameter that cannot be taken."""

    type, status, title = "invalid-parameter", 400, "A parameter cannot be taken"

    def __init__(self, parameter: str, message: str) -> None:
        """``parameter`` is the name of the parameter at fault."""
        super().__init__(message)
        self.parameter = parameter


class Lost(ReadRefused):
    """A reader that continued from this cursor could miss changes."""

    type, status, title = "cursor-lost", 410, "The cursor is lost"

    def __init__(self, cursor: Cursor, why: LostWhy, there_is: Range) -> None:
        """``there_is`` names the cursors that can be read from."""
        super().__init__(f"{_LOST[why]}. The oldest cursor is {there_is.start}, the newest {there_is.end}.")
        self.cursor, self.why, self.there_is = cursor, why, there_is


class WireMoved(ReadRefused):
    """A reader has read everything up to the move of the wire to another database."""

    type, status, title = "moved", 410, "The wire goes on elsewhere"

    def __init__(self, there_is: Range) -> None:
        """``there_is`` ends where the move was made."""
        at = f"{there_is.moved_at:%Y-%m-%d %H:%M} UTC" if there_is.moved_at else "some time"
        super().__init__(
            f"newswire was moved to another database on {at}, and no more changes come here. You have all up to "
            f"{there_is.end}: go on from this cursor at the server of the new database; its operator knows the address."
        )


_LOST: dict[LostWhy, str] = {
    "below-floor": "The changes behind this cursor are not kept any more, so some of them may be missing for you",
    "other-epoch": "The wire was numbered anew, e.g. from a backup: this cursor is of another numbering",
    "above-head": "This cursor is ahead of the wire: the database is older than the one that it was given from",
}
