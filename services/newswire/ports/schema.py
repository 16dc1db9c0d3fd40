"""The schema of the database."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Revisions are numbers of four digits, compared as text."""

    have: str | None
    """The database's; None when there is none yet."""
    need: str
    """The revision that this version was made for."""
    oldest: str | None = None
    """The oldest revision whose newswire can run on the schema, where that is newer."""
    fence: str | None = None
    """Why the database takes no writes, where it moves or has moved."""
    unfinished: bool = False
    """Whether this version writes something as an older one reads it, until `Schema.finish`."""

    @property
    def newer(self) -> bool:
        """Whether a later version has been at this database."""
        return self.have is not None and self.have > self.need

    @property
    def fits(self) -> bool:
        """Whether this version can run on it. A later one says what it can live with, an earlier one cannot know."""
        return self.have == self.need or (self.newer and self.oldest is not None and self.oldest <= self.need)


class Schema(Protocol):
    """The database as a thing to set up and take down."""

    async def ping(self) -> None:
        """Return when it can be reached; raises `Wait` when not."""
        ...

    async def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this version, one process at a time. Returns the revisions before and after.

        A newer one that this version can run on is left as it is; any other raises `UsageError`.
        """
        ...

    async def finish(self) -> str:
        """Let no newswire that is older than this version start on the database any more; returns its revision.

        Only when none is at work there: a later store writes what an older one misreads. Raises `UsageError` where the
        schema is of another version.
        """
        ...

    async def state(self) -> SchemaState:
        """How the schema stands to this version."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
