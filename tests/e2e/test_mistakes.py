"""What a person can do wrong ends in a sentence that helps and an exit code, never in a traceback.

`main` is called in this process, which saves starting one for each mistake.
"""

import json
import os
import re
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from support.commandline import CommandLine, Inside

OPML = '<opml version="2.0">\n<body>\n<outline xmlUrl="{}"/>\n</body></opml>'
GOOD = json.dumps({"url": "https://a.example/1", "title": "T", "text": "x", "published": "2026-01-01T00:00:00Z"})
FILES = {
    "bad.opml": OPML.format("ftp://x"),
    "host.opml": OPML.format("https://a..b/"),
    "torn.opml": "<opml>\n<body>\n<outl",
    "page.html": "<p>not much</p>",
    "no-page.html": "hello",
    "empty.html": "<html><body></body></html>",
    "good.jsonl": GOOD,
    "bad.jsonl": f'{GOOD}\n{{"url": "https://a.example/2"}}\n',
    "naive.jsonl": GOOD.replace("00Z", "00"),
    "early.jsonl": re.sub(r'"[^"]*Z"', '"0001-01-01T00:00:00+14:00"', GOOD),
}
NOBODY = "8a9e2d6e-1d1f-4a3e-9a0a-3d6c0e0a9a11"


@pytest.fixture
def away():
    """An address where nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def newswire(tmp_path, monkeypatch, capsys):
    """Call the command line; gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    def call(*arguments, **environment):
        line = CommandLine(tmp_path / "data", tuple(environment.items()))
        code, done = Inside(line, monkeypatch, capsys).ended(*arguments)
        return code, done.out, done.err

    return call


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("feeds add ftp://x.example/feed", "not an http or https address"),
        ("feeds add http://", "has no host"),
        ("feeds import none.opml", "cannot read none.opml: No such file"),
        ("feeds import .", "cannot read .: Is a directory"),
        ("feeds import bad.opml", "bad.opml: line 3: xmlUrl='ftp://x' is not"),
        ("feeds import torn.opml", "torn.opml: the OPML file is not well-formed XML: .* line 3"),
        ("feeds import host.opml", "host.opml: line 3: 'https://a..b/' is not a feed address"),
        ("feeds import page.html", "page.html: this is not an OPML file"),
        ("feeds remove https://x.example/feed", "no feed https://x.example/feed: 'newswire feeds list'"),
        ("run --once", "nothing to poll: name feeds"),
        ("run --once none.opml", "cannot read none.opml"),
        ("run --once https://misspelt.invalid/", "not subscribed to: no host of this name"),
        ("run --onec", "No such option: --onec"),
        ("frobnicate", "No such command 'frobnicate'"),
        ("import none.jsonl", "cannot read none.jsonl"),
        ("import bad.jsonl", "bad.jsonl, line 2: title: Field required"),
        ("import naive.jsonl", "line 1: published: .*timezone"),
        ("import early.jsonl", "line 1: published: .*outside of the years"),
        ("tail nothing", "'nothing' is not one of 'articles', 'changes'"),
        ("tail --since yesterday", "takes a time .* or an age"),
        ("tail --since 99999999999999d", "takes a time .* or an age"),
        ("tail --since 0001-01-01T00:00:00+14:00", "takes a time .* or an age"),
        ("keys create desk --days 1e12", "less than or equal to 36500"),
        ("keys create --replaces x --overlap-hours 1e13", "less than or equal to 876000"),
        ("keys create --replaces x --scopes read", "leave out --scopes"),
        ("webhooks add https://x.example --query after=start&after=now", "after is given 2 times"),
        ("articles --since 9999999d", "takes a time .* or an age"),
        ("articles --since ²d", "takes a time .* or an age"),
        ("articles --source https://x.example/", "--source https://x.example/: not a domain .* example.org"),
        ("articles --language English", "--language English: not a code of two or three"),
        ("articles --kind new", "--kind new: an article is published, duplicate, withdrawn"),
        ("dead show x", "'x' is not a dead letter's id: 'newswire dead list'"),
        (f"dead show {NOBODY}", f"no dead letter {NOBODY}: 'newswire dead list'"),
        (f"dead retry {NOBODY}", f"no dead letter {NOBODY}: 'newswire dead list'"),
        ("dead retry", "one of the three"),
        ("dead retry --all --reason timeout", "one of the three"),
        ("extract none.html", "no file none.html; an address starts with https://"),
        ("extract page.html --url ftp://x", "not an http or https address"),
        ("extract --url https://x.example/", "name the file too"),
        ("schemas export page.html/schemas", "cannot write to page.html/schemas: Not a directory"),
    ],
)
def test_an_impossible_request_ends_with_2_and_says_what_to_do(newswire, arguments, says):
    code, out, err = newswire(*arguments.split())
    assert (code, out) == (2, "")
    assert re.search(says, err), err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("NEWSWIRE_FETCH__TIMEOUT", "3", "not a setting; did you mean NEWSWIRE_FETCH__TIMEOUT_S"),
        ("NEWSWIRE_FETCH__TIMEOUT_S", "soon", "NEWSWIRE_FETCH__TIMEOUT_S: .*valid number"),
        ("NEWSWIRE_BUS", "redis://broker:6379", "NEWSWIRE_BUS: .*takes database, or kafka://"),
        ("NEWSWIRE_BUS", "kafka://broker", "NEWSWIRE_BUS: .*takes database, or kafka://host:port"),
        ("NEWSWIRE_STORE", "mysql://db/x", "takes sqlite:///path or postgresql://"),
        ("NEWSWIRE_DATA_DIR", "page.html/data", "cannot use page.html/data/newswire.db .*set NEWSWIRE_DATA_DIR"),
        ("NEWSWIRE_STORE", "sqlite:///page.html", "page.html is not a SQLite database"),
        ("NEWSWIRE_STORE", "sqlite:///.", "is a folder, not a database file"),
    ],
)
def test_a_wrong_setting_ends_with_2_and_names_its_variable(newswire, variable, value, says):
    code, out, err = newswire("audit", **{variable: value})
    assert (code, out) == (2, "")
    assert re.search(says, err), err


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "no address for hubs to call: set NEWSWIRE_WEBSUB__CALLBACK_URL"),
        ({"CALLBACK_URL": "news.example"}, "NEWSWIRE_WEBSUB__CALLBACK_URL: .*pattern"),
        ({"CALLBACK_URL": "https://news.example/?a=1"}, "NEWSWIRE_WEBSUB__CALLBACK_URL: .*without a query"),
        ({"CALLBACK_URL": "https://[::1]/"}, "NEWSWIRE_WEBSUB__CALLBACK_URL: no hub can reach"),
        ({"CALLBACK_URL": "http://localhost:8090/"}, "NEWSWIRE_WEBSUB__CALLBACK_URL: no hub can reach localhost"),
        ({"CALLBACK_URL": "https://n.example/", "HOST": "192.0.2.1"}, "cannot listen on .* NEWSWIRE_WEBSUB__HOST"),
    ],
)
def test_a_subscriber_that_no_hub_could_call_ends_with_2_and_says_what_to_set(newswire, settings, says):
    environment = {f"NEWSWIRE_WEBSUB__{name}": value for name, value in settings.items()}
    code, out, err = newswire("websub", **environment, NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES="false")
    assert code == 2
    assert re.search(says, err), err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("articles", "no articles yet: 'newswire run --once FEED'"),
        ("articles --since 1d", "no article changed since then"),
        ("articles --kind published", "no article was found"),
        ("search pier", "no article was found"),
        ("tail", "newswire.changes.v1 has no events yet"),
        ("tail articles --since 1d", "has no events since then"),
        ("dead list", "no dead letters"),
        ("feeds list", "no feeds yet: 'newswire feeds add FEED'"),
        ("keys list", "no keys yet: 'newswire keys create NAME'"),
        ("webhooks list", "no webhooks yet: 'newswire webhooks add URL'"),
    ],
)
def test_an_empty_list_says_that_it_is_empty_beside_the_data(newswire, arguments, says):
    code, out, err = newswire(*arguments.split())
    assert (code, out) == (0, "")
    assert says in err


@pytest.mark.parametrize("command", ["feeds check", "feeds add", "extract"])
@pytest.mark.parametrize("address", ["http://127.0.0.1/feed.xml", "http://127.0.0.1:9/feed.xml"])
def test_an_address_that_is_not_public_ends_with_1_and_names_the_setting_that_allows_it(newswire, command, address):
    code, out, err = newswire(*command.split(), address, NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES="false")
    assert (code, out) == (1, "")
    assert address in err
    assert "set NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES=true" in err


def test_a_run_does_not_subscribe_to_an_address_that_the_settings_refuse(newswire):
    code, _, err = newswire("run", "--once", "http://127.0.0.1/", NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES="false")
    assert code == 2
    assert "set NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES=true" in err
    assert "nothing to poll" in err
    assert newswire("feeds", "list")[1] == ""


@pytest.mark.parametrize("command", ["feeds check", "feeds add", "extract"])
def test_a_server_that_is_away_ends_with_4_and_is_named(newswire, away, command):
    code, out, err = newswire(*command.split(), f"http://{away}/")
    assert (code, out) == (4, "")
    assert f"http://{away}/" in err
    assert newswire("feeds", "list")[1] == ""


def test_a_database_that_is_away_ends_with_4(newswire, away):
    code, _, err = newswire("audit", NEWSWIRE_STORE=f"postgresql://me:secret@{away}/news")
    assert code == 4
    assert err.startswith("newswire: database: ")
    assert "'newswire doctor' checks" in err
    assert "secret" not in err


def test_a_broker_that_is_away_ends_with_4(newswire, away):
    code, out, err = newswire("tail", NEWSWIRE_BUS=f"kafka://{away}")
    assert (code, out) == (4, "")
    assert away in err
    assert err.count("\n") == 1


def test_what_is_not_there_ends_with_1(newswire):
    code, out, err = newswire("explain", "https://x.example/a")
    assert (code, out) == (1, "")
    assert "nothing is known of https://x.example/a" in err
    code, out, err = newswire("extract", "no-page.html")
    assert (code, out) == (1, "")
    assert err.startswith("newswire: no-page.html: not-html: ")
    code, out, err = newswire("extract", "empty.html")
    assert (code, out) == (1, "")
    assert err.startswith("newswire: empty.html: no-text: ")


def test_a_message_is_one_line_however_narrow_the_terminal(newswire, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    _, _, err = newswire("feeds", "remove", "https://x.example/a/rather/long/address")
    assert err.count("\n") == 1


def test_an_import_with_a_bad_line_imports_nothing(newswire):
    Path("long.jsonl").write_text(f"{GOOD}\n" * 300 + "{}\n")  # more than is published at once
    assert "line 301" in newswire("import", "long.jsonl")[2]
    assert json.loads(newswire("audit")[1])["found"] == 0


def test_books_that_do_not_balance_end_with_1_and_say_what_is_lost(newswire, tmp_path):
    newswire("import", "good.jsonl")
    code, out, _ = newswire("audit")
    assert (code, json.loads(out)["pending"], json.loads(out)["balanced"]) == (0, 1, True)
    with closing(sqlite3.connect(tmp_path / "data" / "newswire.db", isolation_level=None)) as database:
        database.execute("delete from bus_records")
    code, out, _ = newswire("audit")
    assert (code, json.loads(out)["lost"], json.loads(out)["balanced"]) == (1, 1, False)


@pytest.mark.parametrize("feeds", [1, 500])
def test_a_reader_that_leaves_early_is_no_error(newswire, monkeypatch, feeds):
    outlines = "".join(f'<outline xmlUrl="https://x.example/{n}"/>' for n in range(feeds))
    Path("many.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    newswire("feeds", "import", "many.opml")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        code, _, err = newswire("feeds", "list")
    assert (code, err) == (0, "")


@pytest.mark.parametrize("command", [["explain"], ["extract"], ["feeds", "remove"], ["feeds", "set"]])
def test_a_password_in_an_address_is_never_repeated(newswire, command):
    more = ["--interval", "60"] if command[-1] == "set" else []
    code, out, err = newswire(*command, "http://u:S3CRET@127.0.0.1:9/x", *more)
    assert code
    assert "S3CRET" not in out + err
    assert "***" in err
