"""`newswire retain`, and `store`, which does the same by itself."""

import asyncio
from datetime import timedelta

import pytest

from newswire.assembly.backends import open_backends
from newswire.assembly.pipeline import Pipeline
from newswire.domain.articles.decide import decide
from support.build import URL, arrivals, entry_id_of, extracted, gone, letter, sighting
from support.commandline import CommandLine, Inside
from support.waiting import eventually

OLD, FOLLOWER, YOUNG = 30, 20, 1
"""Days ago."""


@pytest.fixture
def line(tmp_path):
    """A store with two old lines and a young one."""
    made = CommandLine(tmp_path / "data")

    async def fill():
        async with open_backends(made.settings) as backends:
            ago = {days: backends.clock.now() - timedelta(days=days) for days in (OLD, FOLLOWER, YOUNG)}
            follower = sighting("follower", at=ago[FOLLOWER], follows=entry_id_of("old"))
            await backends.entries.book([sighting("old", at=ago[OLD]), follower, sighting("young", at=ago[YOUNG])])
            await backends.articles.record_dead([letter("old"), letter("young")])

    asyncio.run(fill())
    return made


def test_the_command_folds_what_is_old_and_the_audit_says_the_same(line, monkeypatch, capsys):
    newswire = Inside(line, monkeypatch, capsys)
    before = newswire("audit").value
    looked = newswire("retain", "--dry-run")
    assert (looked.value["lines"], looked.value["rechecks"]) == (2, 0)
    assert newswire("audit").value == before
    assert newswire("retain", "--ledger-days", "25").value == {"lines": 1, "deleted": 0}
    assert newswire("retain").value == {"lines": 1, "deleted": 0}
    assert newswire("audit").value == before | {"folded": 2}
    assert [row["what"] for row in newswire("explain", URL).rows].count("entry") == 3


def test_old_dead_letters_go_with_the_audit_as_it_was(line, monkeypatch, capsys):
    newswire = Inside(line.having(RETAIN__DEAD_LETTER_DAYS="30", RETAIN__LEDGER_DAYS="0"), monkeypatch, capsys)
    before = newswire("audit").value
    assert newswire("retain", "--dead-letter-days", "30", "--dry-run").value == {"letters": 2, "unsent": 2}
    assert len(newswire("dead", "list").rows) == 2
    assert newswire("retain").value == {"letters": 2, "unsent": 2}
    assert newswire("dead", "list").rows == []
    assert newswire("audit").value == before


def test_each_kind_of_work_prints_its_own_line(line, monkeypatch, capsys):
    newswire = Inside(line, monkeypatch, capsys)
    done = newswire("retain", "--ledger-days", "25", "--text-days", "25", "--texts-once")
    assert done.rows == [
        {"changes": 0, "bytes": 0},
        {"lines": 1, "deleted": 0},
        {"texts": 0, "size": 0, "kept": 0},
    ]


def test_whoever_asks_for_an_article_is_told_that_its_text_was_dropped(line, monkeypatch, capsys):
    async def publish_and_withdraw():
        async with open_backends(line.settings) as backends:
            then = backends.clock.now() - timedelta(days=OLD)
            for event in (extracted(at=then, entry="old"), gone(at=then)):
                await backends.articles.record(arrivals(event), decide, then)

    asyncio.run(publish_and_withdraw())
    newswire = Inside(line, monkeypatch, capsys)
    assert "word7" in newswire("show", URL).out
    assert newswire("retain", "--text-days", "25").value["texts"] == 1
    shown = newswire("show", URL).out
    assert ("was dropped" in shown, "word7" in shown) == (True, False)


def test_where_nothing_is_to_be_folded_the_command_says_what_to_set(line, monkeypatch, capsys):
    never = line.having(RETAIN__LEDGER_DAYS="0")
    code, done = Inside(never, monkeypatch, capsys).ended("retain")
    assert (code, "NEWSWIRE_RETAIN__LEDGER_DAYS" in done.err) == (2, True)


@pytest.mark.parametrize(
    "command",
    [("retain", "--ledger-days"), ("archive", "merge", "--days"), ("archive", "prune", "--keep-days")],
    ids=" ".join,
)
def test_a_span_that_goes_back_beyond_all_dates_is_refused(command, line, monkeypatch, capsys):
    code, done = Inside(line, monkeypatch, capsys).ended(*command, "99999999")
    assert (code, "36500" in done.err) == (2, True)


@pytest.mark.parametrize(
    "command", [("archive", "merge"), ("archive", "prune", "--keep-days", "9"), ("redo", "--since", "9d")], ids=" ".join
)
def test_where_no_page_was_archived_the_command_says_so_and_makes_no_folder(
    command, line, monkeypatch, capsys, tmp_path
):
    folder = tmp_path / "misspelt"
    code, done = Inside(line.having(ARCHIVE__URL=str(folder)), monkeypatch, capsys).ended(*command)
    assert (code, f"no archive in {folder}" in done.err, folder.exists()) == (2, True, False)


def test_store_folds_by_itself(line):
    async def run():
        async with open_backends(line.settings) as backends:
            pipeline = Pipeline(backends, None)
            running = asyncio.create_task(pipeline.run(("store",)))

            async def is_done():
                return (await backends.ledger.balance()).folded == 2

            await eventually(is_done)
            pipeline.stop.set()
            await running

    asyncio.run(run())
