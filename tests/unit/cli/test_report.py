"""The wire and the books, as they are printed."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from rich.cells import cell_len
from rich.console import Console

from newswire.cli.report import render_audit, render_wire
from newswire.domain.ledger import Balance
from newswire.ports import StoredArticle

NOW = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


def article(number, title, *, age_h=0, kind="published", of=None, revision=1, **more):
    facts = {
        "article_id": UUID(int=number),
        "url": f"http://news{number}.example/a",
        "source": f"news{number}.example",
        "title": title,
        "kind": kind,
        "revision": revision,
        "duplicate_of": UUID(int=of) if of else None,
        "published": NOW - timedelta(hours=age_h),
        "first_seen": NOW,
        "changed_at": NOW,
        "language": "en",
        "word_count": 321,
    }
    return StoredArticle(**(facts | more))


def shown(render, value, *, terminal=False, width=80, encoding="utf-8", **options):
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    render(value, Console(file=file, force_terminal=terminal, width=width, color_system=None), **options)
    file.flush()
    return raw.getvalue().decode(encoding)


def lines_with(output, *needles):
    return [next(number for number, line in enumerate(output.splitlines()) if needle in line) for needle in needles]


@pytest.mark.parametrize("terminal", [False, True])
def test_the_newest_comes_first_whatever_the_order_given(terminal):
    wire = [article(1, "Oldest", age_h=9), article(2, "Newest", age_h=1), article(3, "Middle", age_h=5)]
    places = lines_with(shown(render_wire, wire, terminal=terminal), "Newest", "Middle", "Oldest")
    assert places == sorted(places)


def test_reprints_are_folded_under_their_original_oldest_first_even_when_newer_than_others():
    wire = [
        article(1, "Original", age_h=9),
        article(2, "Late copy", age_h=1, kind="duplicate", of=1),
        article(3, "Early copy", age_h=4, kind="duplicate", of=1),
        article(4, "Between", age_h=3),
    ]
    output = shown(render_wire, wire)
    places = lines_with(output, "Between", "Original", "Early copy", "Late copy")
    assert places == sorted(places)
    assert "↳ reprinted by news2.example: Late copy" in output
    assert "2 articles, 2 reprints linked" in output


def test_a_copy_of_a_copy_is_folded_under_the_first_original():
    wire = [
        article(1, "Original", age_h=9),
        article(2, "Copy", age_h=5, kind="duplicate", of=1),
        article(3, "Copy of copy", age_h=4, kind="duplicate", of=2),
        article(4, "Other", age_h=7),
    ]
    places = lines_with(shown(render_wire, wire), "Other", "Original", ": Copy", ": Copy of copy")
    assert places == sorted(places)


def test_nothing_is_hidden_when_the_original_is_missing_or_the_links_run_in_a_ring():
    wire = [
        article(1, "Orphan", kind="duplicate", of=99),
        article(2, "Ring one", kind="duplicate", of=3),
        article(3, "Ring two", kind="duplicate", of=2),
    ]
    output = shown(render_wire, wire)
    for title in ("Orphan", "Ring one", "Ring two"):
        assert title in output
    assert "↳" not in output


def test_each_kind_is_named():
    wire = [
        article(1, "Fresh"),
        article(2, "Mended", revision=3),
        article(3, "Away", kind="withdrawn", revision=2),
        article(4, "Again", kind="duplicate", of=1),
    ]
    output = shown(render_wire, wire)
    by_title = {
        title: output.splitlines()[lines_with(output, title)[0]] for title in ("Fresh", "Mended", "Away", "Again")
    }
    assert " new " in by_title["Fresh"]
    assert " edited rev 3 " in by_title["Mended"]
    assert " withdrawn " in by_title["Away"]
    assert " reprint " in by_title["Again"]


def test_times_are_utc_and_fall_back_to_when_it_was_first_seen():
    elsewhere = datetime(2031, 5, 6, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    wire = [article(1, "Dated", published=elsewhere), article(2, "Undated", published=None)]
    output = shown(render_wire, wire)
    assert "05 May 22:30" in output
    assert "06 May 12:00" in output


def test_sites_go_by_the_names_given_for_their_host_and_port():
    wire = [article(1, "Title", url="http://127.0.0.1:4321/a", source="127.0.0.1"), article(2, "Other")]
    output = shown(render_wire, wire, names={"127.0.0.1:4321": "The Gazette"})
    assert "The Gazette" in output
    assert "127.0.0.1" not in output
    assert "news2.example" in output


def test_eighty_columns_hold_every_line_and_every_word_of_a_long_headline():
    words = [f"word{number:02d}" for number in range(40)]
    wire = [
        article(1, " ".join(words), source="a-very-long-domain-name.of-somewhere.example", revision=12),
        article(2, "x" * 300, kind="duplicate", of=1),
        article(3, "漢字" * 60, language=None),
    ]
    output = shown(render_wire, wire, terminal=True)
    assert max(cell_len(line) for line in output.splitlines()) <= 80
    assert all(word in output for word in words)
    assert output.count("x") >= 300
    assert output.count("漢") == 60


def test_off_a_terminal_a_row_is_one_whole_line_of_plain_text():
    title = " ".join(f"word{number:02d}" for number in range(40))
    output = shown(render_wire, [article(1, title)])
    (row,) = [line for line in output.splitlines() if "word00" in line]
    assert title in row
    assert row.endswith("321")
    assert "\x1b" not in output


def test_a_headline_cannot_steer_the_terminal_or_the_markup():
    wire = [article(1, "[bold red]Buy[/] \x1b[2J\x1b]0;owned\x07 \u202eevil\nnext")]
    for terminal in (True, False):
        output = shown(render_wire, wire, terminal=terminal, width=200)
        assert "[bold red]Buy[/]" in output
        assert "\x1b]" not in output
        assert "\x1b[2J" not in output
        assert not {"\x07", "\u202e"} & set(output)
        assert "evil next" in output


def test_an_article_without_a_title_shows_its_address():
    assert "http://news1.example/a" in shown(render_wire, [article(1, None)])


def test_an_ascii_console_is_not_given_what_it_cannot_print():
    wire = [article(1, "Original"), article(2, "Copy", kind="duplicate", of=1)]
    assert "-> reprinted by" in shown(render_wire, wire, encoding="ascii")
    assert "-> reprinted by" in shown(render_wire, wire, encoding="ascii", terminal=True)
    for terminal in (True, False):
        output = shown(render_wire, [article(1, "Möwe " * 40)], encoding="ascii", terminal=terminal)
        assert output.count("M?we") == 40


def test_an_empty_wire_says_so():
    assert shown(render_wire, []) == "The wire is empty.\n"


BOOKS = Balance(
    found=10,
    outcomes={"published": 5, "duplicate": 1, "rejected": 3},
    reasons={"robots": 1, "http-404": 2},
    pending=1,
)


def test_books_that_balance_say_so_and_show_every_count():
    output = shown(render_audit, BOOKS)
    counts = {line.rsplit(None, 1)[0].strip("=+ "): line.rsplit(None, 1)[1] for line in output.splitlines()[:-1]}
    assert counts == {
        "found": "10",
        "published": "5",
        "revised": "0",
        "unchanged": "0",
        "duplicate": "1",
        "withdrawn": "0",
        "rejected": "3",
        "http-404": "2",
        "robots": "1",
        "on the way": "1",
    }
    assert output.splitlines()[-1] == "The books balance."


def test_a_lost_entry_is_shouted_and_the_books_do_not_balance():
    output = shown(render_audit, replace(BOOKS, lost=1))
    assert "1 LOST" in output
    assert "The books balance" not in output


def test_a_sum_that_is_wrong_is_said_with_both_sides():
    output = shown(render_audit, replace(BOOKS, found=12))
    assert "do NOT balance: 12 found, 10 accounted for" in output
    assert "The books balance" not in output


def test_unbooked_outcomes_are_mentioned_only_when_there_are_any():
    assert "2 outcomes not booked yet" in shown(render_audit, replace(BOOKS, unbooked=2))
    assert "not booked" not in shown(render_audit, BOOKS)


def test_folded_lines_are_mentioned_only_when_there_are_any():
    assert "folded into totals  4" in shown(render_audit, replace(BOOKS, folded=4))
    assert "folded" not in shown(render_audit, BOOKS)


def test_a_reason_is_text_and_nothing_else():
    output = shown(render_audit, replace(BOOKS, reasons={"[red]x[/]\x1b[2J": 3}))
    assert "[red]x[/]" in output
    assert "\x1b" not in output
