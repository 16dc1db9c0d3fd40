"""The parts that events share."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC this time is outside of the years 1 to 9999") from None


Utc = Annotated[AwareDatetime, AfterValidator(_to_utc)]


class Value(BaseModel):
    """A frozen part of an event. Unknown fields of a newer writer are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Position = Annotated[
    int | None,
    Field(
        ge=1,
        description="The number of this event among all changes and feed events, in the order in which they were "
        "recorded: 1, 2, 3, … without gaps. None where it was recorded before events had positions.",
    ),
]

Precision = Literal["second", "day"]

DateSource = Literal["feed", "json-ld", "meta", "url", "text", "import"]


class Dated(Value):
    """A moment and where it was read."""

    value: Utc
    source: DateSource = Field(
        description="Where the date was found: the feed, the page's JSON-LD, meta tags, URL or visible text, an import."
    )
    precision: Precision = Field(
        description="'day' when only a date was given; the value is then that day's midnight, UTC."
    )
    offset_minutes: int | None = Field(
        default=None,
        description="The publisher's zone, in minutes east of UTC, where the page states it with the time. Where it "
        "states UTC and shows readers the day before or after, the fewest hours that lead to that day. The value plus "
        "this offset is the publisher's own clock, and its day the day that readers see on the page.",
    )


class Feed(Value):
    """The feed an entry came by. An imported article has none."""

    id: UUID
    url: str
    title: str | None = None


class PageValidators(Value):
    """What a page is asked for again with: the publisher's validators (RFC 9110 §8.8), byte for byte, and a digest."""

    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = Field(
        default=None,
        description="Of a page: sha256 (hex) of the decoded bytes that the article was read from last, with the "
        "Content-Type, the version of the extraction, and whether a copy may be kept. An answer with the same digest "
        "is not read again.",
    )


NO_VALIDATORS: Final = PageValidators()

EntryReason = Literal["new", "changed", "recheck", "import"]
