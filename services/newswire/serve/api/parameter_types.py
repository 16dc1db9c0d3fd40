"""The types of the parameters: texts of a form, moments, lists of values."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator, Field, TypeAdapter

from newswire.domain.wire.filters import DOMAIN, LANGUAGE, NO_DOMAIN, NO_LANGUAGE

MAX_LIMIT: Final = 200
MAX_PARTS: Final = 100
"""Values of one parameter."""
_MOMENT: Final = TypeAdapter(datetime)
_FIELD: Final = re.compile(r"[a-z_]{1,40}")
_ADDRESS: Final = re.compile(r"[^\x00-\x20\x7f]{1,4000}")


def _moment(value: object) -> object:
    """Read an RFC 3339 time. Raises `ValueError` for one without a zone, which would be a guess."""
    if not isinstance(value, str):
        return value
    try:
        found = _MOMENT.validate_strings(value, strict=True)
    except ValueError:
        found = None
    if found is None or "T" not in value.upper():
        raise ValueError("not a time such as 2026-11-27T12:00:00Z (a + in an address is written %2B)")
    if found.tzinfo is None:
        raise ValueError("this time has no zone: end it with Z, or with an offset such as %2B01:00")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError("this time is outside of the years 1 to 9999") from None


def split_values(value: object) -> object:
    """Split comma-separated values, each of which may be given as a parameter of its own too."""
    if not isinstance(value, list):
        return value
    parts = [part for each in value for part in (map(str.strip, each.split(",")) if isinstance(each, str) else [each])]
    if len(parts) > MAX_PARTS:
        raise ValueError(f"at most {MAX_PARTS} values")
    return parts


def _of_form(pattern: re.Pattern[str], trouble: str) -> BeforeValidator:
    """Refuse a text of another form in words: the pattern that the document shows is for programs."""

    def check(value: object) -> object:
        if isinstance(value, str) and not pattern.fullmatch(value):
            raise ValueError(trouble)
        return value

    return BeforeValidator(check)


Moment: TypeAlias = Annotated[datetime, BeforeValidator(_moment)]
Domain: TypeAlias = Annotated[str, Field(pattern=f"^{DOMAIN.pattern}$"), _of_form(DOMAIN, NO_DOMAIN)]
Language: TypeAlias = Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$"), _of_form(LANGUAGE, NO_LANGUAGE)]
FieldName: TypeAlias = Annotated[
    str, Field(pattern=f"^{_FIELD.pattern}$"), _of_form(_FIELD, "not a name of small letters and _, such as site_name")
]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=MAX_LIMIT)]
Url: TypeAlias = Annotated[
    str,
    Field(pattern=f"^{_ADDRESS.pattern}$"),
    _of_form(_ADDRESS, "not an address: it has no spaces or control characters, and at most 4,000 characters"),
]
