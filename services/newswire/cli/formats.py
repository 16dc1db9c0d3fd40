"""The forms in which articles are printed."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from pydantic_core import to_jsonable_python

from newswire.domain.text.characters import NOT_SHOWN
from newswire.domain.wire.markdown import markdown
from newswire.domain.wire.ninjs import ninjs
from newswire.domain.wire.schema_org import news_article

Format = Literal["jsonl", "csv", "ninjs", "schema.org", "markdown"]
COLUMNS: Final = (
    *("article_id", "kind", "revision", "url", "source", "title", "duplicate_of", "language", "word_count"),
    *("published", "first_seen", "changed_at"),
)
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")


def header(form: Format, *, full: bool) -> str | None:
    """The line before the first article, where a form has one."""
    return _csv((*COLUMNS, *(("text",) if full else ()))) if form == "csv" else None


def printed(document: Mapping[str, Any], form: Format, *, full: bool) -> str:
    """An article, given as its fields, in one of the forms; JSON is one line."""
    said = to_jsonable_python(dict(document))
    if form == "markdown":
        return NOT_SHOWN.sub("", markdown(said))
    if form == "csv":
        return _csv([_cell(value) for value in {**_row(said), **({"text": said.get("text")} if full else {})}.values()])
    shape: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _SHAPES.get(form, _whole if full else _row)
    return json.dumps(shape(said), ensure_ascii=False)


def _row(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `newswire articles` prints of each article."""
    dated = said["published"]
    return {name: said[name] for name in COLUMNS} | {
        "url": said["canonical_url"],
        "published": dated and dated["value"],
    }


def _whole(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return said


def _csv(cells: Any) -> str:
    """One row by RFC 4180, without the line end."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n")


def _cell(value: object) -> object:
    """The value, with an apostrophe before what a spreadsheet would take for a formula (OWASP: CSV injection)."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


_SHAPES: Final[Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]] = {
    "ninjs": ninjs,
    "schema.org": news_article,
}
