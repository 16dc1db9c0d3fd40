"""Pages from newswire's own SQLite file, which is read and never written."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import quote

from newswire.client.errors import CursorLost, WireAway, WireRefused
from newswire.client.pages import PAGE, ChangesPage, FoundPage, Wanted, WantedArticles, read_rows
from newswire.domain.wire.cursor import Cursor, Range, lost, parse_cursor
from newswire.domain.wire.documents import ARTICLE_FIELDS, TEXT, WITH_ARTICLE, chosen_event
from newswire.domain.wire.facets import article_facets, facets_of
from newswire.domain.wire.filters import Facets

_ANOTHER: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOTADB})
"""The result codes of SQLite for a file of another program, or of a release with other tables."""
_LOOK_S: Final = 0.5
_SCANNED: Final = 1000
_HEAD: Final = """
    SELECT epoch, next, min(
        coalesce((SELECT min(position) FROM changes), next), coalesce((SELECT min(position) FROM feed_events), next)
    ) FROM wire_head"""
_MOVED: Final = "SELECT 1 FROM moves WHERE role = 'source' AND state = 'moved'"
_EVENTS: Final = """
    SELECT * FROM (
        SELECT c.position, c.value, c.article_id, r.article FROM changes c LEFT JOIN revisions r
        ON c.article_apart AND r.article_id = c.article_id AND r.revision = c.revision
        WHERE c.position > :after ORDER BY 1 LIMIT :limit
    )
    UNION ALL
    SELECT * FROM (SELECT position, value, NULL, NULL FROM feed_events WHERE position > :after ORDER BY 1 LIMIT :limit)
    ORDER BY 1 LIMIT :limit"""
_LAST_TEXT: Final = "SELECT article FROM revisions WHERE article_id = ? ORDER BY revision DESC LIMIT 1"


class SqliteSource:
    """`PageSource` over the tables of one release of newswire: that which this module came with."""

    def __init__(self, path: Path) -> None:
        self._address = f"file:{quote(str(path))}?mode=ro"
        self._path = path
        self._interrupted = threading.Event()

    def page(self, wanted: Wanted, after: str | None, wait_s: float) -> ChangesPage:
        """The next page. Raises `WireAway`, `WireRefused`, `CursorLost`."""
        until, interrupted = monotonic() + wait_s, self._interrupted
        while True:
            try:
                with closing(sqlite3.connect(self._address, uri=True)) as connection:
                    found = _page(connection, wanted, after)
            except sqlite3.Error as error:
                if not self._path.exists():
                    raise WireRefused(f"there is no database at {self._path.absolute()}") from error
                if getattr(error, "sqlite_errorcode", None) in _ANOTHER:  # not every error of the module has one
                    raise WireRefused(
                        f"{self._path.absolute()} is not the database of this newswire: {error}"
                    ) from error
                raise WireAway(str(error)) from error
            if found.changes or found.more or monotonic() >= until:
                return found
            after = found.cursor
            if interrupted.wait(min(_LOOK_S, max(0.0, until - monotonic()))):
                raise WireAway("closed")

    def search(self, search: WantedArticles, after: str | None) -> FoundPage:
        """Refused: the query syntax and the index are the server's."""
        del search, after
        raise WireRefused("a file is not searched: connect to the address of newswire run, or use newswire search")

    def interrupt(self) -> None:
        """Let every page that is waited for fail at once."""
        self._interrupted.set()
        self._interrupted = threading.Event()

    def close(self) -> None:
        """Close what is open: nothing is, between two pages."""
        self.interrupt()


def _page(connection: sqlite3.Connection, wanted: Wanted, after: str | None) -> ChangesPage:
    connection.execute("BEGIN")  # the head and the events of one moment
    epoch, following, lowest = connection.execute(_HEAD).fetchone()
    there_is = Range(epoch, lowest - 1, following - 1)
    cursor = _cursor(after, there_is)
    rows: list[dict[str, Any]] = []
    scanned = 0
    for position, event, facets in _events(connection, cursor.position, _SCANNED):
        scanned += 1
        cursor = Cursor(epoch, position)
        if wanted.filter.takes(facets):
            data = event if wanted.text else chosen_event(event, ARTICLE_FIELDS - {TEXT})
            rows.append({"cursor": str(cursor), "data": data})
        if len(rows) == PAGE:
            break
    if not rows and cursor == there_is.end and _has_moved(connection):
        raise WireRefused(f"newswire was moved to another database: go on from {cursor} there, by its server's address")
    return ChangesPage(read_rows(rows), str(cursor), more=len(rows) == PAGE or scanned == _SCANNED)


def _has_moved(connection: sqlite3.Connection) -> bool:
    try:
        return connection.execute(_MOVED).fetchone() is not None
    except sqlite3.OperationalError:
        return False  # a database that was not migrated yet has no such table


def _events(connection: sqlite3.Connection, after: int, limit: int) -> Iterator[tuple[int, dict[str, Any], Facets]]:
    for position, value, article_id, apart in connection.execute(_EVENTS, {"after": after, "limit": limit}):
        event = json.loads(value)
        if apart is not None:
            event["article"] = json.loads(apart)
        known = _article(connection, article_id) if article_id and event["kind"] not in WITH_ARTICLE else None
        yield position, event, facets_of(event, known)


def _article(connection: sqlite3.Connection, article_id: str) -> Facets | None:
    row = connection.execute(_LAST_TEXT, (article_id,)).fetchone()
    if row is None:
        return None
    article = json.loads(row[0])
    return article_facets(article, "withdrawn", datetime.fromisoformat(article["extracted_at"]))


def _cursor(text: str | None, there_is: Range) -> Cursor:
    if text in {None, "start"}:
        return there_is.start
    if text == "now":
        return there_is.end
    cursor = parse_cursor(text or "")
    if cursor is None:
        raise WireRefused(f"{text!r} is not a cursor: take one from an earlier change")
    if (why := lost(cursor, there_is)) is not None:
        raise CursorLost(f"the cursor {cursor} is lost: {why}", floor=str(there_is.start), head=str(there_is.end))
    return cursor
