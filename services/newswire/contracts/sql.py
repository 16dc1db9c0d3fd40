"""The published contract in SQL: views in the Postgres schema ``api``, and a role that may read them and nothing else.

Tables are private and change with any version. A view keeps what it has for good; schemas/sql.md says how.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SCHEMA: Final = "api"
READER: Final = "newswire_reader"
"""A role that cannot log in, to be granted to those that do."""

_INTRODUCTION: Final = f"""\
# The contract in SQL

Generated from `services/newswire/contracts/sql_views.py` by `make schemas`; a test fails when the two differ.
Do not edit it by hand.

On Postgres `newswire migrate` makes these views in the schema `{SCHEMA}`, and a role `{READER}` that may read
them and nothing else. Let a user in with `GRANT {READER} TO …`. On SQLite there are no views.

What you can rely on:

- Columns are only added, at the end. Nothing is renamed or retyped. Lists of known words (`kind`, …) may grow.
- A column is called what the field of the events is called. Unknown is null. Times are instants (timestamptz).
- A breaking change is a new view (`…_v2`) beside the old one.
- Everything outside the schema `{SCHEMA}` is private and changes with any version.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Postgres type, the SQL that gives it, and what it means."""

    name: str
    type: str
    source: str
    meaning: str

    @property
    def select(self) -> str:
        """Its place in the SELECT list."""
        return f'({self.source})::{self.type} AS "{self.name}"'


@dataclass(frozen=True, slots=True)
class View:
    """One view: what follows its FROM, and its columns in their order."""

    name: str
    meaning: str
    source: str
    columns: tuple[Column, ...]

    def statements(self) -> Iterator[str]:
        """The SQL that makes it, or gives an older one its new columns. Postgres refuses any other change."""
        selected = ", ".join(column.select for column in self.columns)
        yield f"CREATE OR REPLACE VIEW {SCHEMA}.{self.name} AS SELECT {selected} FROM {self.source}"  # noqa: S608  # constants of ours
        yield f"COMMENT ON VIEW {SCHEMA}.{self.name} IS {_quoted(self.meaning)}"
        for column in self.columns:
            yield f'COMMENT ON COLUMN {SCHEMA}.{self.name}."{column.name}" IS {_quoted(column.meaning)}'

    def markdown(self) -> str:
        """Its part of schemas/sql.md."""
        rows = "".join(f"| `{column.name}` | {column.type} | {column.meaning} |\n" for column in self.columns)
        return f"## {SCHEMA}.{self.name}\n\n{self.meaning}\n\n| column | type | what it is |\n|---|---|---|\n{rows}"


def grants(views: tuple[View, ...]) -> tuple[str, ...]:
    """The SQL that lets the reader in."""
    names = ", ".join(f"{SCHEMA}.{view.name}" for view in views)
    return f"GRANT USAGE ON SCHEMA {SCHEMA} TO {READER}", f"GRANT SELECT ON {names} TO {READER}"


def document(views: tuple[View, ...]) -> str:
    """The text of schemas/sql.md."""
    return "\n".join((_INTRODUCTION, *(view.markdown() for view in views)))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
