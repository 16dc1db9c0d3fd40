"""The feed by which a text came, as the expression that an index is made of.

An engine uses such an index only where a query has the very same expression, with no parameter in it.
"""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class FeedOfText(FunctionElement[str]):
    """The id of the feed in the JSON object of a text, given as its column; NULL where no feed is named."""

    type = Text()
    name = "feed_of_text"
    inherit_cache = True


@compiles(FeedOfText, "sqlite")
def _on_sqlite(element: FeedOfText, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_extract({compiler.process(element.clauses, **options)}, '$.feed.id')"


@compiles(FeedOfText, "postgresql")
def _on_postgres(element: FeedOfText, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} #>> '{{feed,id}}')"
