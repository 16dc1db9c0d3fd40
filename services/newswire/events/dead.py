"""Dead letters: records that could not be used, from every stage."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from newswire.events.values import Utc, Value


class DeadLetter(Value):
    """A record that could not be used, with the original and the reason."""

    id: UUID
    entry_id: UUID | None = None
    stage: Literal["poll", "extract", "store"]
    topic: str
    partition: int
    offset: int
    key: str | None = Field(default=None, description="The original key.")
    value_base64: str = Field(description="The original value's bytes.")
    headers: tuple[tuple[str, str], ...] = Field(
        default=(), description="The original headers, values as latin-1 text."
    )
    reason: str = Field(
        description="A short word for counting, e.g. http-404, not-an-article, timeout, invalid-record."
    )
    error: str = Field(description="The error's class.")
    message: str
    attempts: int = Field(ge=1)
    url: str | None = None
    first_failed_at: Utc
    failed_at: Utc
    version: str = Field(description="The newswire version that gave up.")
