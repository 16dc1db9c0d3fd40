"""The latest state of an article: the value of the compacted topic."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from newswire.events.article import Article
from newswire.events.changes import DuplicateOf
from newswire.events.values import Position, Utc, Value


class LatestArticle(Value):
    """An article as it stands, with its links."""

    id: UUID
    article_id: UUID
    revision: int = Field(ge=1, description="The number of its newest change.")
    position: Position = None
    epoch: str = Field(description="Positions of one epoch can be compared: a state with a lower one is older.")
    state: Literal["published", "duplicate", "withdrawn"]
    withdrawn: bool = Field(description="Whether it was taken from the wire. Its text is the last one that it had.")
    duplicate_of: DuplicateOf | None = Field(default=None, description="Of a duplicate: the article that it repeats.")
    change_id: UUID = Field(description="The `id` of its newest change.")
    entry_id: UUID
    at: Utc = Field(description="When its newest change was decided.")
    article: Article | None = Field(default=None, description="Its newest text; null where it is not kept any more.")
