"""newswire articles, tail, explain, audit: the articles on the wire, and the reasons."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, get_args

import typer

from newswire.assembly.backends import open_backends
from newswire.cli.app import WRONG, app, emit, err, out, run_async, say, settings
from newswire.cli.formats import Format
from newswire.cli.lists import emit_each
from newswire.cli.reading import Full, print_listed
from newswire.cli.report import render_audit, render_wire
from newswire.cli.since import Since, moment
from newswire.domain.urls.syntax import shown
from newswire.domain.wire.filters import DOMAIN, LANGUAGE, NO_DOMAIN, NO_LANGUAGE, ListedKind, WireFilter
from newswire.errors import UsageError
from newswire.events import ARTICLES, CHANGES, LATEST
from newswire.operations.audit import audit as audit_books
from newswire.operations.explain import explain as explain_address
from newswire.operations.explain import pages_of
from newswire.operations.wire.book_rows import balance_row
from newswire.operations.wire.stories import gap_line, link_line, page_line, story_lines
from newswire.ports import Record, StoredArticle


@app.command()
def articles(
    since: Since = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON Lines also on a terminal.")] = False,  # noqa: FBT002  # Typer's way
    source: Annotated[list[str] | None, typer.Option(help="A site's domain; the option may be repeated.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language, as en; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="published, duplicate or withdrawn; may be repeated.")] = None,
    full: Full = False,  # noqa: FBT002  # Typer's way
    form: Annotated[Format | None, typer.Option("--format", help="The form of each article.")] = None,
) -> None:
    """Print the stored articles: a table on a terminal, JSON Lines elsewhere, those that changed last at the end.

    With a condition, --full or --format they are printed in that form (by default JSON Lines), the last changed first.
    """

    async def work() -> None:
        async with open_backends(settings()) as backends:
            start = moment(since, backends.clock.now())
            if source or language or kind or full or form:
                wanted = WireFilter(
                    kinds=frozenset(_kinds(kind or ())),
                    sources=frozenset(_of_form("--source", source or (), DOMAIN, NO_DOMAIN)),
                    languages=frozenset(_of_form("--language", language or (), LANGUAGE, NO_LANGUAGE)),
                    changed_after=start,
                )
                await print_listed(backends, wanted, form or "jsonl", full=full)
                return
            found = backends.ledger.articles(start)
            if out.is_terminal and not jsonl and (stored := [article async for article in found]):
                render_wire(stored, out)
                return
            none = (
                "no article changed since then" if since else "no articles yet: 'newswire run --once FEED' brings some"
            )
            await emit_each((json.dumps(_row(each), ensure_ascii=False) async for each in found), none=none)

    run_async(work())


@app.command()
def tail(
    topic: Annotated[
        Literal["articles", "changes", "latest"],
        typer.Argument(help="All extracted articles, the deduplicated wire, or the latest state of each article."),
    ] = "changes",
    since: Since = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on for ever.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Print the wire as JSON Lines, each event as it was published."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            start = moment(since, backends.clock.now())
            name = {"articles": ARTICLES, "changes": CHANGES, "latest": LATEST}[topic]
            records = backends.bus.tail(name, since=start, follow=follow)
            none = f"{name} has no events {'since then' if since else 'yet'}"
            await emit_each((_line(record) async for record in records), none=none, now=follow)

    run_async(work())


def _kinds(named: Sequence[str]) -> Iterator[str]:
    for kind in named:
        if kind not in get_args(ListedKind):
            raise UsageError(f"--kind {kind}: an article is {', '.join(get_args(ListedKind))}")
        yield kind


def _of_form(option: str, named: Sequence[str], pattern: re.Pattern[str], trouble: str) -> Iterator[str]:
    for value in named:
        if not pattern.fullmatch(value):
            raise UsageError(f"{option} {shown(value)}: {trouble}")
        yield value


def _line(record: Record) -> str:
    """The value of a record; for a tombstone, the article that was purged."""
    return record.value.decode() or json.dumps({"article_id": record.key, "purged": True})


@app.command()
def explain(
    address: Annotated[
        str, typer.Argument(metavar="URL", help="An article's address, or the key of an entry that has none.")
    ],
    sentences: Annotated[  # noqa: FBT002  # Typer's way
        bool, typer.Option("--sentences", help="Also the sentences that it shares with articles it was compared with.")
    ] = False,
) -> None:
    """Explain one address. Print its entries with their outcomes, its article, changes, links and dead letters.

    Name an entry whose feed gives no usable link by the id that its feed gives it. For an address that never came, the
    gaps are printed in which its site's feeds may have been missed.
    """

    async def work() -> None:
        async with open_backends(settings()) as backends:
            found = await explain_address(address, backends.ledger, backends.feeds)
            archive, now = backends.archive, backends.clock.now()
            pages = await pages_of(found.story, archive, now) if archive is not None else ()
            article = found.story.article
            compared = await backends.links.compared(article.article_id) if article else ()
            links = (link_line(each, sentences=sentences) for each in compared)
            for row in (*story_lines(found.story), *map(page_line, pages), *links, *map(gap_line, found.gaps)):
                emit(json.dumps(row, ensure_ascii=False))
            if not found.known:
                say(f"nothing is known of {shown(address)}; 'newswire feeds check URL' shows what a feed serves")
                raise typer.Exit(WRONG)

    run_async(work())


@app.command()
def audit() -> None:
    """Balance the books. Compare every entry that was ever found with its outcome; exit with 1 on a difference."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            balance = await audit_books(backends.ledger, backends.bus)
            emit(json.dumps(balance_row(balance)))
            if err.is_terminal:
                render_audit(balance, err)
            if not balance.balanced:
                raise typer.Exit(WRONG)

    run_async(work())


def _row(article: StoredArticle) -> dict[str, object]:
    return {
        "article_id": str(article.article_id),
        "kind": article.kind,
        "revision": article.revision,
        "url": article.url,
        "source": article.source,
        "title": article.title,
        "duplicate_of": str(article.duplicate_of) if article.duplicate_of else None,
        "language": article.language,
        "word_count": article.word_count,
        "published": article.published.isoformat() if article.published else None,
        "first_seen": article.first_seen.isoformat(),
        "changed_at": article.changed_at.isoformat(),
    }
