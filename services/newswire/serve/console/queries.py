"""The query parameters of the console's pages."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from newswire.domain.ledger import OutcomeKind
from newswire.domain.search.parse import MAX_QUERY
from newswire.domain.search.query_filters import SearchedKind
from newswire.domain.wire.filters import Duplicates, ListedKind, WireFilter
from newswire.operations.wire.search import Sort
from newswire.ports import TimePlace
from newswire.serve.api.parameter_types import Domain, Language
from newswire.serve.api.parameters import Parameters, refuse_repeated
from newswire.serve.api.places import token_of
from newswire.serve.console.views.webhooks import Done

_LAST_DAY: Final = date.max - timedelta(days=1)
"""The last day that has a next day."""
Asked = TypeVar("Asked", bound=Parameters)
PageToken = Annotated[str | None, Field(max_length=200)]
Line = Annotated[str | None, Field(pattern=r"^[^\x00-\x1f\x7f]{1,4000}$")]
StateWord = Annotated[str | None, Field(pattern=r"^[a-z -]{1,20}$")]


class Conditions(Parameters):
    """The conditions on articles that pages have. An empty field of a form is no condition."""

    source: Domain | None = None
    language: Language | None = None
    feed: UUID | None = None
    since: date | None = None
    until: date | None = Field(default=None, le=_LAST_DAY)
    after: PageToken = None

    def filter(self, kind: ListedKind | None, duplicates: Duplicates) -> WireFilter:
        """The filter. It includes the day ``until``, and a list of duplicates never leaves duplicates out."""
        return WireFilter(
            kinds=_one(kind),
            sources=_one(self.source),
            languages=_one(self.language),
            feeds=_one(self.feed),
            changed_after=_midnight(self.since),
            changed_before=_midnight(self.until + timedelta(days=1) if self.until else None),
            duplicates="all" if kind == "duplicate" else duplicates,
        )


class WireAsked(Conditions):
    """The articles of the wire page."""

    kind: ListedKind | None = None
    duplicates: Duplicates = "fold"

    @property
    def wanted(self) -> WireFilter:
        """The filter."""
        return self.filter(self.kind, self.duplicates)


class SearchPageAsked(Conditions):
    """The articles of the search page; without ``q`` there is the form alone."""

    q: Annotated[str | None, Field(max_length=MAX_QUERY)] = None
    kind: SearchedKind | None = None
    sort: Sort = "new"

    @property
    def wanted(self) -> WireFilter:
        """The filter."""
        return self.filter(self.kind, "all")


class ArticleAsked(Parameters):
    """A text of an article, or two texts side by side."""

    revision: int | None = Field(default=None, ge=1, le=2_147_483_647)
    compare: str | None = Field(default=None, pattern=r"^[0-9]{1,9}\.\.[0-9]{1,9}$")

    @property
    def pair(self) -> tuple[int, int] | None:
        """The numbers of the two texts."""
        if self.compare is None:
            return None
        old, _, new = self.compare.partition("..")
        return int(old), int(new)


class FeedsAsked(Parameters):
    """A page of the list of feeds."""

    state: StateWord = None
    page: int = Field(default=1, ge=1, le=100_000)


class EntriesAsked(Parameters):
    """The entries with one outcome, or with ``pending`` the entries without an outcome yet."""

    outcome: OutcomeKind | None = None
    pending: bool = False
    reason: Line = None
    after: PageToken = None


class ProblemsAsked(Parameters):
    """A page of dead letters."""

    reason: Line = None
    retried: bool = False
    after: PageToken = None
    sent: int | None = Field(default=None, ge=0, le=10**9)


class ExplainAsked(Parameters):
    """The address of an explanation."""

    url: Line = None


class WebhookAsked(Parameters):
    """The page of a webhook, and the word for what a form just did."""

    done: Done | None = None


def read_query(request: Request, model: type[Asked]) -> Asked:
    """The parameters of a request. Raises `RequestValidationError` and `Impossible` for one that cannot be taken."""
    given = request.query_params.multi_items()
    refuse_repeated(given, ())
    return read_values(dict(given), model)


def read_values(given: Mapping[str, Any], model: type[Asked]) -> Asked:
    """The values of a query or a form; an empty one is none. Raises `RequestValidationError`."""
    try:
        return model.model_validate({name: value for name, value in given.items() if str(value).strip()})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None


def older_query(asked: EntriesAsked | ProblemsAsked, place: TimePlace | None) -> str | None:
    """The query of the next page of a list by time; None where this was the last."""
    if place is None:
        return None
    kept = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after", "sent"})
    return urlencode(kept | {"after": token_of(place)})


def _one(value: Any) -> frozenset[Any]:
    return frozenset() if value is None else frozenset({value})


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
