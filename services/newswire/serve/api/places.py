"""Places in lists, as words that a reader sends back unread to get the next page."""

import base64
from datetime import UTC, datetime
from uuid import UUID

from newswire.domain.search.relevance import RankPlace
from newswire.domain.wire.refusals import Impossible
from newswire.operations.wire.search import SearchPlace, Sort
from newswire.ports import TimePlace


def page_token(*parts: object) -> str:
    """The word for a place that has these parts."""
    return base64.urlsafe_b64encode("|".join(map(str, parts)).encode()).decode().rstrip("=")


def token_of(place: TimePlace | None) -> str | None:
    """The word for a place in a list by time; None where the list ends."""
    return None if place is None else page_token(place.at.isoformat(), place.row_id)


def time_place(token: str | None) -> TimePlace | None:
    """The place in a list by time. Raises `Impossible`."""
    return None if token is None else TimePlace(*_moment_and_id(token))


def search_token(place: SearchPlace | None) -> str | None:
    """The word for a place in the answers of a search; None where they end."""
    if place is None:
        return None
    return page_token(place.below, *((place.rank.score, place.rank.position) if place.rank else ()))


def search_place(token: str | None, sort: Sort) -> SearchPlace | None:
    """The place in the answers of a search in this order. Raises `Impossible`."""
    if token is None:
        return None
    below, *rank = map(_number, _parts(token, 3 if sort == "relevance" else 1))
    return SearchPlace(below, RankPlace(*rank) if rank else None)


def place_id(token: str | None) -> UUID | None:
    """The place in a list by id. Raises `Impossible`."""
    if token is None:
        return None
    try:
        return UUID(_parts(token, 1)[0])
    except ValueError:
        raise _unknown_place() from None


def place_number(token: str | None) -> int:
    """The place in a list by number; 0 is its beginning. Raises `Impossible`."""
    if token is None:
        return 0
    (number,) = _parts(token, 1)
    if len(number) > 9:
        raise _unknown_place()
    return _number(number)


def _moment_and_id(token: str) -> tuple[datetime, UUID]:
    moment, row_id = _parts(token, 2)
    try:
        at, found = datetime.fromisoformat(moment), UUID(row_id)
        if at.tzinfo is None:
            raise _unknown_place()
        return at.astimezone(UTC), found
    except (ValueError, OverflowError):  # a reader may write a token; in UTC its year may be 0 or 10000
        raise _unknown_place() from None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise _unknown_place()
    return int(text)


def _parts(token: str, count: int) -> list[str]:
    try:
        padded = token + "=" * (-len(token) % 4)
        parts = base64.urlsafe_b64decode(padded.encode("ascii")).decode().split("|")
    except ValueError:
        parts = []
    if len(parts) != count:
        raise _unknown_place()
    return parts


def _unknown_place() -> Impossible:
    return Impossible("after", "this is not a place that an earlier page gave as next: leave it out to begin anew")
