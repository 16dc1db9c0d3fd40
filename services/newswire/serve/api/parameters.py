"""The parameters of the paths, as models that refuse unknown parameters."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from newswire.domain.wire.filters import Duplicates, ListedKind, WireFilter, WireKind
from newswire.domain.wire.refusals import Impossible
from newswire.serve.api.parameter_types import (
    MAX_LIMIT,
    Domain,
    FieldName,
    Language,
    Limit,
    Moment,
    Url,
    split_values,
)

LISTS: Final = frozenset({"source", "feed", "language", "kind", "fields"})
"""The parameters that are lists, so that they may be given several times."""


class Parameters(BaseModel):
    """The base: a parameter that is not known is an error, because a misspelt filter must not be no filter."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Chosen(Parameters):
    """The conditions that every list and stream takes."""

    source: Annotated[list[Domain], BeforeValidator(split_values)] = Field(
        default=[],
        description="The registrable domain of the article's address; several: a,b.",
        examples=[["example.org"]],
    )
    feed: Annotated[list[UUID], BeforeValidator(split_values)] = Field(
        default=[], description="The id of a feed, as /v1/feeds gives it; several: a,b."
    )
    language: Annotated[list[Language], BeforeValidator(split_values)] = Field(
        default=[], description="ISO 639-1; several: en,de.", examples=[["en"]]
    )
    published_after: Moment | None = Field(default=None, description="Published at this time or later.")
    published_before: Moment | None = Field(default=None, description="Published before this time.")
    changed_after: Moment | None = Field(default=None, description="Decided by newswire at this time or later.")
    changed_before: Moment | None = Field(default=None, description="Decided by newswire before this time.")

    def filter(self, kinds: frozenset[str], duplicates: Duplicates) -> WireFilter:
        """The filter that these parameters ask for."""
        return WireFilter(
            kinds=kinds,
            sources=frozenset(self.source),
            feeds=frozenset(self.feed),
            languages=frozenset(self.language),
            published_after=self.published_after,
            published_before=self.published_before,
            changed_after=self.changed_after,
            changed_before=self.changed_before,
            duplicates=duplicates,
        )


class WithFields(Chosen):
    """The same, with the fields of the articles."""

    fields: Annotated[list[FieldName], BeforeValidator(split_values)] = Field(
        default=[],
        description="The fields of articles that are wanted; without it, all but `text`. `all` is all of them.",
        examples=[["title", "url", "text"]],
    )


class ArticleList(WithFields):
    """A list of articles."""

    kind: Annotated[list[ListedKind], BeforeValidator(split_values)] = Field(
        default=[], description="What the article is now; several: published,withdrawn."
    )
    duplicates: Duplicates = Field(
        default="all",
        description="`none` leaves duplicates out; `fold` shows up to 20 of them below their original.",
    )
    url: Url | None = Field(default=None, description="The article that this address leads to, if any.")
    limit: Limit = Field(default=50, description="Articles in one answer.")
    after: str | None = Field(default=None, max_length=200, description="The `next` of the page before.")

    @property
    def wanted(self) -> WireFilter:
        """The filter."""
        return self.filter(frozenset(self.kind), self.duplicates)


class WireFeed(Chosen):
    """The articles of an Atom or JSON feed."""

    kind: Annotated[list[ListedKind], BeforeValidator(split_values)] = Field(
        default=[], description="What the article is now; several: published,withdrawn."
    )
    duplicates: Literal["all", "none"] = Field(default="all", description="`none` leaves duplicates out.")
    text: bool = Field(default=False, description="Whether the texts of the articles are wanted.")
    limit: Limit = Field(default=50, description="Articles in one document.")
    after: str | None = Field(default=None, max_length=200, description="The place of an earlier document's next link.")

    @property
    def wanted(self) -> WireFilter:
        """The filter."""
        return self.filter(frozenset(self.kind), self.duplicates)


class WireList(WithFields):
    """A list or stream of changes."""

    kind: Annotated[list[WireKind], BeforeValidator(split_values)] = Field(
        default=[], description="The kind of event; several: published,revised."
    )
    duplicates: Literal["all", "none"] = Field(default="all", description="`none` leaves duplicates out.")
    after: str | None = Field(
        default=None,
        max_length=80,
        description="Go on behind this cursor of an earlier answer; `start` is the oldest change, `now` the head.",
    )

    @property
    def wanted(self) -> WireFilter:
        """The filter."""
        return self.filter(frozenset(self.kind), self.duplicates)


class ChangeList(WireList):
    """A page of changes, with a long poll."""

    limit: Limit = Field(default=100, description="Changes in one answer.")
    wait: float = Field(
        default=0, ge=0, le=30, allow_inf_nan=False, description="Seconds to wait for a change where there is none yet."
    )


class Page(Parameters):
    """A page of a list."""

    limit: Limit = Field(default=50, description="Rows in one answer.")
    after: str | None = Field(default=None, max_length=200, description="The `next` of the page before.")


class OneArticle(Parameters):
    """The fields of one article."""

    fields: Annotated[list[FieldName], BeforeValidator(split_values)] = Field(
        default=[], description="The fields that are wanted; without it, all but `text`."
    )


class WithText(Parameters):
    """One article in a format of others."""

    text: bool = Field(default=False, description="Whether the text is wanted.")


class RevisionPage(Page):
    """A page of the texts of an article."""

    fields: Annotated[list[FieldName], BeforeValidator(split_values)] = Field(
        default=[], description="The fields of each text that are wanted; without it, all but `text`."
    )


class CopyPage(Parameters):
    """The duplicates of an article."""

    fields: Annotated[list[FieldName], BeforeValidator(split_values)] = Field(
        default=[], description="The fields of each article that are wanted; without it, all but `text`."
    )
    limit: Limit = Field(default=MAX_LIMIT, description="Duplicates in the answer.")


class FeedPage(Page):
    """A page of feeds."""

    condition: Literal["well", "failing", "not-a-feed", "silent"] | None = Field(
        default=None, description="Feeds in this condition alone."
    )


class EventList(Parameters):
    """The newest events of a feed."""

    limit: Limit = Field(default=50, description="Events in the answer.")


class DeadPage(Page):
    """A page of dead letters."""

    retried: bool = Field(default=False, description="Those that were sent again, too.")


class Address(Parameters):
    """The address of an explanation."""

    url: Url = Field(description="The address of an article, or the key of an entry that has none.")


def refuse_repeated(given: Iterable[tuple[str, str]], lists: Collection[str]) -> None:
    """Raise `Impossible` for a parameter that is given twice and takes one value: one of the two would not count."""
    for name, times in Counter(name for name, _ in given).items():
        if times > 1 and name not in lists:
            raise Impossible(name, f"{name} is given {times} times, and takes one value: leave the others out")


async def _given_once(request: Request) -> None:
    refuse_repeated(request.query_params.multi_items(), LISTS)


GIVEN_ONCE: Final = Depends(_given_once)
"""The dependency of every path: a parameter that takes one value is given once."""


class Nothing(Parameters):
    """A path without parameters."""


async def _no_parameters(asked: Annotated[Nothing, Query()]) -> None:
    del asked  # FastAPI has refused the request if it had parameters


NO_PARAMETERS: Final = [Depends(_no_parameters)]
"""The dependency of a path that takes no parameters."""
