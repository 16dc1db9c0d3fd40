"""One FTS5 table without contents (https://sqlite.org/fts5.html), and its statements.

FTS5 gets tokens with spaces between them, and takes each as one word. To remove a row, it wants the row's words again:
this release of SQLite (3.40) cannot delete from a table without contents in another way.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, Select, TextClause, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.search.words import WordsAt

_COLUMNS: Final = "rowid, title, body, facets"
_VALUES: Final = ":position, :title, :body, :facets"


class Fts5Table:
    """A table of words by position."""

    def __init__(self, name: str) -> None:
        """``name`` is the table's, one of this program, and that of the hidden column that takes FTS5's commands."""
        self._words = table(name, column("rowid", BigInteger))
        self._match = text(f"{name} MATCH :match")
        self._add = text(f"INSERT INTO {name} ({_COLUMNS}) VALUES ({_VALUES})")  # noqa: S608  # the name is ours
        self._remove = text(f"INSERT INTO {name} ({name}, {_COLUMNS}) VALUES ('delete', {_VALUES})")  # noqa: S608  # see above
        self._clear = _command(name, "delete-all")
        self._merge = _command(name, "optimize")
        self.position: Final = self._words.c.rowid

    @property
    def matches(self) -> Select[int]:
        """The statement for the positions that match the query ``:match`` in FTS5's own syntax."""
        return select(self.position).where(self._match)

    async def add(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Add articles, none of which is there."""
        if articles:
            await connection.execute(self._add, list(map(_row, articles)))

    async def remove(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Remove articles, each of which is there with exactly these words."""
        if articles:
            await connection.execute(self._remove, list(map(_row, articles)))

    async def clear(self, connection: AsyncConnection) -> None:
        """Remove all."""
        await connection.execute(self._clear)

    async def merge(self, connection: AsyncConnection) -> None:
        """Write the table anew: until then, words of removed rows are in it, beside the marks that they are removed."""
        await connection.execute(self._merge)


def _command(name: str, command: str) -> TextClause:
    return text(f"INSERT INTO {name} ({name}) VALUES ('{command}')")  # noqa: S608  # words of this program


def _row(article: WordsAt) -> dict[str, object]:
    return {
        "position": article.position,
        "title": " ".join(article.text.title),
        "body": " ".join(article.text.body),
        "facets": " ".join(article.facets),
    }
