"""Places in lists that are ordered by time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TimePlace:
    """A place in a list, newest first: the next row is the one behind the row of this time with this id."""

    at: datetime
    row_id: UUID
