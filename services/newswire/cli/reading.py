"""newswire search, show: articles by their words, and one of them as a text."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import typer
from pydantic_core import to_jsonable_python

from newswire.assembly.backends import Backends, open_backends
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.cli.formats import Format, header, printed
from newswire.domain.articles.dropped import FLAG
from newswire.domain.text.characters import NOT_SHOWN
from newswire.domain.wire.documents import DOCUMENT_FIELDS, TEXT
from newswire.domain.wire.filters import NO_FILTER, WireFilter
from newswire.domain.wire.keys import LOCAL
from newswire.operations.wire.articles import document, find_article, list_articles, list_copies, list_revisions
from newswire.operations.wire.search import SearchRequest, Sort, search_articles
from newswire.ports import TimePlace

_MOST: Final = 200
_CLOCK: Final = "%Y-%m-%d %H:%M"
_DROPPED: Final = "(The text was dropped after its time.)"

ArticleForm = Annotated[Format, typer.Option("--format", help="The form of each article.")]
Full = Annotated[bool, typer.Option("--full", help="Every field of each article, and its text.")]


@app.command()
def search(
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY",
            help='Words, "phrases", pre*, -without, OR, title:word, source:example.org, lang:de, kind:duplicate, '
            "after:2026-03-01, before:2026-04-01. Put all of it between single quotation marks.",
        ),
    ],
    sort: Annotated[Sort, typer.Option(help="The last changed first, or the best among the newest 1,000.")] = "new",
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Articles.")] = 50,
    full: Full = False,  # noqa: FBT002  # Typer's way
    form: ArticleForm = "jsonl",
) -> None:
    """Search the articles. OR joins its two neighbours; everything else must be in the article."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            wanted = SearchRequest(" ".join(query), NO_FILTER, fields_of_form(full=full), sort, limit)
            found = await search_articles(LOCAL, backends.searches, wanted)
            print_all(found.articles, form, full=full)
            if not found.articles:
                say("no article was found")
            behind = found.head - found.indexed_to.position
            if behind:
                say(
                    f"{behind} changes cannot be found yet: 'newswire run' indexes them, or 'newswire wire fill-search'"
                )

    run_async(work())


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="URL|ID", help="An address that leads to the article, or its id.")],
    form: Annotated[
        Literal["text", Format], typer.Option("--format", help="text also lists its revisions and copies.")
    ] = "text",
) -> None:
    """Show one article: its text, its revisions and its copies."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            article = await find_article(LOCAL, backends.article_reads, name)
            said = document(article, DOCUMENT_FIELDS)
            if form != "text":
                print_all([said], form, full=True)
                return
            for line in await _story(backends, to_jsonable_python(said)):
                emit(NOT_SHOWN.sub("", line))

    run_async(work())


def print_all(documents: Sequence[dict[str, Any]], form: Format, *, full: bool) -> None:
    """Print articles in one of the forms."""
    first = header(form, full=full)
    for line in (*([first] if first else []), *(printed(each, form, full=full) for each in documents)):
        emit(line)


async def print_listed(backends: Backends, wanted: WireFilter, form: Format, *, full: bool) -> None:
    """Print the articles that pass a filter, the last changed first."""
    behind: TimePlace | None = None
    first = header(form, full=full)
    if first:
        emit(first)
    while True:
        page = await list_articles(
            LOCAL, backends.article_reads, wanted, fields=fields_of_form(full=full), behind=behind, limit=_MOST
        )
        for each in page.articles:
            emit(printed(each, form, full=full))
        if behind is None and not page.articles:
            say("no article was found")
        if page.behind is None:
            return
        behind = page.behind


def fields_of_form(*, full: bool) -> frozenset[str]:
    """The fields that are read."""
    return DOCUMENT_FIELDS if full else DOCUMENT_FIELDS - {TEXT}


async def _story(backends: Backends, said: dict[str, Any]) -> list[str]:
    """The article for people, line by line."""
    reads, article_id = backends.article_reads, said["article_id"]
    dated = said["published"]
    lines = [
        said["title"] or said["url"],
        " · ".join(
            filter(None, (said["site_name"] or said["source"], ", ".join(said["authors"]), dated and dated["value"]))
        ),
        said["url"],
        f"{said['kind']}, revision {said['revision']}, {said['word_count']} words, id {article_id}",
        *([f"repeats {said['duplicate_of']}"] if said["duplicate_of"] else []),
        "",
        *([_DROPPED] if FLAG in said["extraction"]["flags"] else said["text"].split("\n")),
    ]
    named = frozenset({"title", "word_count"})
    revisions, more = await list_revisions(LOCAL, reads, article_id, fields=named, behind=0, limit=_MOST)
    lines += ["", "Revisions:"]
    lines += [f"  {row['revision']}  {row['at']:{_CLOCK}}  {row['article']['title'] or '-'}" for row in revisions]
    lines += [f"  … and more: /v1/articles/{article_id}/revisions"] if more else []
    copies = await list_copies(LOCAL, reads, article_id, fields=frozenset({"url", "title", "first_seen"}), limit=_MOST)
    if copies:
        lines += ["", "Copies:"]
        found = (row["article"] for row in copies)
        lines += [f"  {copy['first_seen']:{_CLOCK}}  {copy['url']}  {copy['title'] or '-'}" for copy in found]
    return lines
