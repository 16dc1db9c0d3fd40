"""Shared by all tables: one metadata, times in UTC, JSON on both engines."""

from datetime import UTC, datetime
from typing import Final

from pydantic_core import to_json
from sqlalchemy import JSON as JSON_TYPE
from sqlalchemy import (
    DateTime,
    Dialect,
    MetaData,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB

JSON: Final = JSON_TYPE().with_variant(JSONB(), "postgresql")
JSON_OR_NULL: Final = JSON_TYPE(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A column that may be empty: None is SQL's NULL, not JSON's."""


def as_json(value: object) -> str:
    """The text of a JSON column; a pydantic model is written as it is."""
    return to_json(value).decode()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite, which keeps no zone, stores the bare UTC time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they would be stored as a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}: times are aware and in UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
