"""A run shown to a person: the wire as a table, and the books.

Everything a publisher wrote is printed as text: no markup of it is interpreted, no control character of
it reaches the terminal. On a terminal headlines wrap to its width; elsewhere a row is one line.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newswire.domain.ledger import OUTCOMES, Balance
from newswire.ports import StoredArticle

_STYLES: Final = {"published": "green", "edited": "yellow", "duplicate": "dim", "withdrawn": "red"}
_COLUMNS: Final = ("UTC", "Source", "Headline", "What", "Lang", "Words")


def render_wire(articles: Sequence[StoredArticle], console: Console, *, names: Mapping[str, str] | None = None) -> None:
    """Print the articles, newest first, each with its reprints below it. Times are UTC.

    ``names`` gives what to call a source, by the ``host:port`` of its URLs; others go by their domain.
    A reprint whose original is not among ``articles`` stands by itself.
    """
    if not articles:
        console.print("The wire is empty.")
        return
    rows = [_row(article, folded, console, names or {}) for article, folded in _in_order(articles)]
    if console.is_terminal:
        _print_table(rows, console)
    else:
        _print_lines(rows, console)
    originals = sum(article.kind != "duplicate" for article in articles)
    console.print(f"{_count(originals, 'article')}, {_count(len(articles) - originals, 'reprint')} linked")


def _row(article: StoredArticle, folded: bool, console: Console, names: Mapping[str, str]) -> tuple[Text, ...]:  # noqa: FBT001  # a pair from _in_order
    source = names.get(urlsplit(article.url).netloc) or article.source
    headline = article.title or article.url
    if folded:
        headline = f"reprinted by {source}: {headline}"
    lead = ("  -> " if console.options.ascii_only else "  ↳ ") if folded else ""
    return (
        Text(f"{_moment(article).astimezone(UTC):%d %b %H:%M}"),
        Text("" if folded else _plain(source, console)),
        Text(lead + _plain(headline, console), style="dim" if folded else ""),
        Text(_what(article), style=_style(article)),
        Text(_plain(article.language or "-", console)),
        Text(str(article.word_count)),
    )


def _print_table(rows: Sequence[tuple[Text, ...]], console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    widths = (None, 16, None, None, None, None)
    for name, width in zip(_COLUMNS, widths, strict=True):
        wraps = name in {"Source", "Headline"}
        table.add_column(
            name,
            max_width=width,
            ratio=1 if name == "Headline" else None,
            justify="right" if name == "Words" else "left",
            no_wrap=not wraps,
            overflow="fold" if wraps else "crop",
        )
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _print_lines(rows: Sequence[tuple[Text, ...]], console: Console) -> None:
    table = [_COLUMNS, *(tuple(cell.plain for cell in row) for row in rows)]
    widths = [max(cell_len(row[column]) for row in table) for column in range(len(_COLUMNS))]
    for row in table:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row[:-1], widths, strict=False))
        console.print(
            "  ".join(padded),
            row[-1].rjust(widths[-1]),
            sep="  ",
            markup=False,
            highlight=False,
            soft_wrap=True,
            emoji=False,
        )


def render_audit(balance: Balance, console: Console) -> None:
    """Print the books: what was found, what became of it, and whether that adds up."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_row("found", str(balance.found))
    for number, kind in enumerate(OUTCOMES):
        table.add_row(f"{'+' if number else '='} {kind}", str(balance.outcomes.get(kind, 0)))
        if kind == "rejected":
            for reason, count in sorted(balance.reasons.items(), key=lambda item: (-item[1], item[0])):
                table.add_row(Text(f"      {_plain(reason, console)}", style="dim"), Text(str(count), style="dim"))
    table.add_row("+ on the way", str(balance.pending))
    if balance.folded:
        table.add_row(Text("      folded into totals", style="dim"), Text(str(balance.folded), style="dim"))
    console.print(table)
    for line, style in _verdict(balance):
        console.print(Text(line, style=style))


def _verdict(balance: Balance) -> Iterator[tuple[str, str]]:
    accounted = sum(balance.outcomes.values()) + balance.pending
    if balance.lost:
        yield f"{balance.lost} LOST: without an outcome, and nowhere in the log.", "bold red"
    if balance.found != accounted:
        yield f"The books do NOT balance: {balance.found} found, {accounted} accounted for.", "bold red"
    if balance.balanced:
        yield "The books balance.", "bold green"
    if balance.unbooked:
        yield (
            f"{_count(balance.unbooked, 'outcome')} not booked yet: the next poll of the feed books it.",
            "yellow",
        )


def _in_order(articles: Sequence[StoredArticle]) -> Iterator[tuple[StoredArticle, bool]]:
    """Newest original first; after each its reprints, oldest first, marked True."""
    by_id = {article.article_id: article for article in articles}
    reprints: dict[UUID, list[StoredArticle]] = {}
    heads: list[StoredArticle] = []
    for article in articles:
        original = _original(article, by_id)
        if original is article:
            heads.append(article)
        else:
            reprints.setdefault(original.article_id, []).append(article)
    for head in sorted(heads, key=_moment, reverse=True):
        yield head, False
        for reprint in sorted(reprints.get(head.article_id, ()), key=_moment):
            yield reprint, True


def _original(article: StoredArticle, by_id: Mapping[UUID, StoredArticle]) -> StoredArticle:
    """The end of the chain of links; the article itself where the chain leaves the list or runs in a ring."""
    seen = {article.article_id}
    at = article
    while at.kind == "duplicate" and at.duplicate_of is not None and at.duplicate_of in by_id:
        at = by_id[at.duplicate_of]
        if at.article_id in seen:
            return article
        seen.add(at.article_id)
    return at


def _moment(article: StoredArticle) -> datetime:
    return article.published or article.first_seen


def _what(article: StoredArticle) -> str:
    match article.kind:
        case "withdrawn":
            return "withdrawn"
        case "duplicate":
            return "reprint"
        case _:
            return f"edited rev {article.revision}" if article.revision > 1 else "new"


def _style(article: StoredArticle) -> str:
    kind = "edited" if article.kind == "published" and article.revision > 1 else article.kind
    return _STYLES.get(kind, "")


def _plain(text: str, console: Console) -> str:
    """One line of printable characters that the console can encode: a headline must not steer the terminal."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split()).encode(console.encoding, "replace").decode(console.encoding)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
