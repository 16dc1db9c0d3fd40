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
them and nothing else. Let a user in with `GRANT {READER} TO …`. A SQLite database has the two views by which the
wire is followed, under the names `wire_v1` and `wire_head_v1`: ids and times are text there (RFC 9562, RFC 3339),
and `event` is JSON as text.

What you can rely on:

- Columns are only added, at the end. Nothing is renamed or retyped. Lists of known words (`kind`, …) may grow.
- A column is called what the field of the events is called. Unknown is null. Times are instants (timestamptz).
- A breaking change is a new view (`…_v2`) beside the old one.
- Everything outside the schema `{SCHEMA}` is private and changes with any version.
"""

_FOLLOWING: Final = """\
## To follow the wire

Remember the epoch and the position of the last event that you handled, and ask for what comes after it:

```sql
SELECT epoch, next, floor FROM api.wire_head_v1;
SELECT position, id, kind, event FROM api.wire_v1 WHERE position > 41 ORDER BY position LIMIT 500;
```

A position is given within the transaction that records the event, and the next one only after that transaction has
ended. So nothing ever appears behind an event that you have seen: no overlap and no list of known ids is needed. Save
your work on a page and the page's last position in one transaction of your own, and you have each event exactly once.

When the epoch is another one, or `floor` is above the next position that you want, events that you have not read are
gone: begin anew, with the articles as they stand.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Postgres type, the SQL that gives it, and what it means."""

    name: str
    type: str
    source: str
    meaning: str
    sqlite: str | None = None
    """The SQL on SQLite, where that is another than on Postgres."""

    @property
    def select(self) -> str:
        """Its place in the SELECT list."""
        return f'({self.source})::{self.type} AS "{self.name}"'

    @property
    def select_on_sqlite(self) -> str:
        """Its place in the SELECT list on SQLite, which keeps ids as 32 hex digits and times without their zone."""
        value = self.sqlite or self.source
        if self.type == "uuid":
            spans = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
            value = " || '-' || ".join(f"substr({value}, {start}, {length})" for start, length in spans)
        elif self.type == "timestamptz":
            value = f"replace({value}, ' ', 'T') || 'Z'"
        return f'({value}) AS "{self.name}"'


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

    def statement_on_sqlite(self) -> str:
        """The SQL that makes it on SQLite, where no view of this name exists."""
        selected = ", ".join(column.select_on_sqlite for column in self.columns)
        return f"CREATE VIEW {self.name} AS SELECT {selected} FROM {self.source}"  # noqa: S608  # constants of ours

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
    return "\n".join((_INTRODUCTION, _FOLLOWING, *(view.markdown() for view in views)))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
