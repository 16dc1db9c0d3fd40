"""Events about sources: the pages of one no longer give what they used to give, or do so again."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from newswire.events.values import Position, Utc, Value

_SIGNAL = (
    "What is measured: text, date, author, agreement (shares of pages that state it themselves, or on whose text "
    "the accounts agree), length (words, a median), furniture (share of the text in short lines that end no sentence, "
    "a median). An open list."
)


class _SourceEventBase(Value):
    id: UUID
    source: str = Field(description="The registrable domain of its articles' canonical URLs.")
    source_id: UUID = Field(description="Made from `source`; the record key.")
    at: Utc = Field(description="When it was noticed.")
    signal: str = Field(description=_SIGNAL)
    usual: float = Field(description="What is usual for the source.")
    position: Position = None


class SourceDrift(_SourceEventBase):
    """The pages of a source no longer give what they used to give: a redesign, a wall, a fault of the extraction."""

    kind: Literal["source-drift"] = "source-drift"
    measured: float = Field(description="The same figure, of the articles by which it was noticed.")
    direction: Literal["lower", "higher"] = Field(description="Where it went.")
    articles: int = Field(ge=1, description="The articles by which it was noticed.")


class SourceRecovered(_SourceEventBase):
    """A drift is over: the source is as it was, or it has been otherwise for so long that this is usual now."""

    kind: Literal["source-recovered"] = "source-recovered"
    since: Utc = Field(description="When the drift was noticed.")
    articles: int = Field(ge=1, description="The articles that it lasted for.")
    by: Literal["return", "new-baseline"] = Field(
        description="return: it is as before. new-baseline: what lasted is what is usual now."
    )


SourceEvent = Annotated[SourceDrift | SourceRecovered, Field(discriminator="kind")]
