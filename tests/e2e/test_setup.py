"""Setting up, and the sample newsroom."""

import json
import re
import signal
import sqlite3
from urllib.request import urlopen

import asyncpg
import pytest

from newswire import __version__
from newswire.cli.serve import console_address
from newswire.settings import ServeSettings, describe
from support.waiting import PATIENCE_S


def test_the_version_and_the_help_say_everything(newswire):
    assert newswire("--version").out == f"newswire {__version__}\n"
    shown = newswire("--help").out
    for row in describe():
        assert f"  {row.variable}={row.default}\n" in shown
        assert " ".join(row.description.split()) in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80


def test_a_database_is_set_up_looked_at_and_kept_from_an_older_version(newswire):
    before = {row["check"]: row for row in newswire("doctor").rows}
    assert "missing" in before["database"]["detail"]
    assert "schema created -> " in newswire("migrate").err
    after = {row["check"]: row for row in newswire("doctor").rows}
    assert all(row["ok"] for row in after.values())
    assert "feeds add" in after["feeds"]["advice"]
    assert "no older newswire starts" in newswire("migrate", "--finish").err
    assert newswire("retain", "--texts-once").rows == [{"changes": 0, "bytes": 0}]

    file = newswire.folder / "newswire.db"
    write(file, "update alembic_version set version_num = '9999'")
    assert newswire("migrate").err == "schema 9999\n"  # it says that this version can live with it
    newswire("feeds", "list")

    write(file, "update schema_oldest set revision = '9999'")
    newer = {row["check"]: row for row in newswire("doctor", code=1).rows}
    assert not newer["database"]["ok"]
    assert "upgrade" in newer["database"]["advice"]
    assert "9999" in newswire("feeds", "list", code=2).err


async def test_who_may_not_let_readers_in_is_told_so_and_migrates_all_the_same(newswire, postgres_server, postgres_url):
    administrator = await asyncpg.connect(postgres_url)
    await administrator.execute("DROP ROLE IF EXISTS newswire_reader")
    await administrator.execute("CREATE ROLE plain LOGIN")
    await administrator.execute(f'ALTER DATABASE "{postgres_url.rpartition("/")[2]}" OWNER TO plain')
    done = newswire.having(STORE=postgres_url.replace("postgres@", "plain@"))("migrate")
    assert done.out == ""
    assert "CREATE ROLE newswire_reader NOLOGIN" in done.err
    assert "schema created -> " in done.err
    await administrator.execute("DROP OWNED BY plain; REASSIGN OWNED BY plain TO postgres; DROP ROLE plain")
    await administrator.close()


def write(file, statement):
    with sqlite3.connect(file) as database:
        database.execute(statement)
    database.close()


def test_the_contracts_are_written_out(newswire, tmp_path):
    newswire("schemas", "export", str(tmp_path / "schemas"))
    schemas = list((tmp_path / "schemas").glob("**/*.schema.json"))
    assert schemas
    assert all(json.loads(path.read_text())["$schema"] for path in schemas)


def test_the_sample_newsroom_runs_to_balanced_books(newswire):
    shown = newswire("demo")
    assert "The books balance." in shown.out
    assert "reprinted by" in shown.out
    assert not newswire.folder.exists(), "the demo leaves the operator's data alone"


def test_the_sample_newsroom_can_be_looked_at_in_the_console(newswire):
    with newswire.having(SERVE__PORT="0").started("demo", "--serve") as running:
        said = running.line(lambda line: "The console is at" in line)
        assert "The books balance." in running.lines
        with urlopen(re.search(r"http://\S+", said)[0], timeout=PATIENCE_S) as page:
            assert "2 reprints" in page.read().decode()
        assert running.end(signal.SIGINT) == 0


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8088/"),
        ("::1", "http://[::1]:8088/"),
        ("localhost", "http://localhost:8088/"),
        ("0.0.0.0", "http://localhost:8088/"),
    ],
)
def test_the_console_s_address_is_one_to_open_on_this_machine(host, address):
    assert console_address(ServeSettings(host=host), 8088) == address
