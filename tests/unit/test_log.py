"""Logs: one line each, whatever is in it."""

import io
import json
import logging
import os

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from newswire.log import bound, configure, plain, to_json
from newswire.log.fields import ALWAYS
from newswire.settings import LogSettings
from support.log_state import kept_logging


class Hostile:
    def __repr__(self):
        raise ValueError("no")


class HostileError(Exception):
    def __str__(self):
        raise ValueError("no")


def fail(message):
    raise RuntimeError(message)


@pytest.fixture(autouse=True)
def _restored():
    with kept_logging():
        yield


def logged(settings=None, *, terminal=False):
    stream = io.StringIO()
    logging.getLogger().handlers.clear()  # pytest's own handler chokes on what ours must survive
    configure(settings or LogSettings(format="json"), service="newswire-poll", terminal=terminal, stream=stream)
    return stream, structlog.get_logger()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_what_and_by_whom():
    stream, log = logged()
    log.info("feed.poll.ok", entries=3)
    (line,) = lines(stream)
    assert tuple(line)[:6] == ALWAYS
    assert line.pop("service.instance.id").endswith(f"-{os.getpid()}")
    assert line["timestamp"].endswith("Z")
    assert line | {"timestamp": "", "service.version": ""} == {
        "timestamp": "",
        "level": "info",
        "event": "feed.poll.ok",
        "service.name": "newswire-poll",
        "service.version": "",
        "entries": 3,
    }


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_our_lines_and_the_libraries_lines_each_go_by_their_own_level(level):
    levels = ["debug", "info", "warning", "error"]
    theirs, _ = logged(LogSettings(level="error", libraries_level=level, format="json"))
    for name in levels:
        getattr(logging.getLogger("asyncio"), name)(name)
    assert [line["event"] for line in lines(theirs)] == levels[levels.index(level) :]
    ours, log = logged(LogSettings(level=level, libraries_level="error", format="json"))
    for name in levels:
        getattr(log, name)(name)
    assert [line["event"] for line in lines(ours)] == levels[levels.index(level) :]


@pytest.mark.parametrize("name", ["sqlalchemy.engine.Engine", "sqlalchemy.pool", "aiosqlite"])
def test_no_level_shows_the_rows_of_the_database_as_credentials_are_among_them(name):
    stream, _ = logged(LogSettings(level="debug", libraries_level="debug", format="json"))
    logging.getLogger(name).debug("Row ('Basic dTpTRUNSRVQ=',)")
    logging.getLogger(name).info("SELECT 1")
    assert [line["event"] for line in lines(stream)] == ["SELECT 1"]


def test_at_debug_libraries_log_warnings_alone_by_default():
    stream, log = logged(LogSettings(level="debug", format="json"))
    for name in ("aiosqlite", "sqlalchemy.engine.Engine", "asyncpg", "asyncio", "aiokafka.conn"):
        logging.getLogger(name).debug("a statement")
        logging.getLogger(name).info("a statement")
    log.debug("ours")
    assert [line["event"] for line in lines(stream)] == ["ours"]


@pytest.mark.parametrize("level", ["debug", "info"])
def test_libraries_that_log_too_much_are_heard_by_who_asks_for_all(level):
    stream, _ = logged(LogSettings(libraries_level=level, format="json"))
    logging.getLogger("aiokafka.conn").info("heard")
    assert [line["event"] for line in lines(stream)] == ["heard"]
    stream, _ = logged()
    logging.getLogger("aiokafka.conn").error("not heard")
    assert lines(stream) == []


@pytest.mark.parametrize("name", ["aiokafka", "aiokafka.consumer.fetcher", "trafilatura.core"])
def test_libraries_that_log_every_try_as_an_error_are_silent(name):
    stream, _ = logged()
    logging.getLogger(name).error("Unable connect to node with id 1")
    assert lines(stream) == []


def test_the_standard_librarys_loggers_come_out_the_same_way():
    stream, _ = logged()
    with bound(entry_id="e"):
        logging.getLogger("sqlalchemy.pool").warning("lost %s", "it\nall")
    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["level"]) == ("lost it\nall", "sqlalchemy.pool", "warning")
    assert (line["entry_id"], line["service.name"]) == ("e", "newswire-poll")


def test_bound_keys_are_on_every_line_inside_and_on_none_after():
    stream, log = logged()
    with bound(feed="f"):
        with bound(entry_id="e"):
            log.info("in")
        log.info("between")
    log.info("out")
    assert [(line.get("feed"), line.get("entry_id")) for line in lines(stream)] == [
        ("f", "e"),
        ("f", None),
        (None, None),
    ]


def test_a_second_configuration_replaces_the_first():
    first, log = logged()
    second = io.StringIO()
    configure(LogSettings(format="json"), service="newswire-store", terminal=False, stream=second)
    log.info("once")
    assert (len(lines(first)), len(lines(second))) == (0, 1)


def test_an_exception_is_logged_whole_on_one_line():
    stream, log = logged()
    try:
        fail("a\nb")
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("library").exception("failed")
    log.error("failed", exc_info=HostileError())
    ours, theirs, hostile = lines(stream)
    for line in (ours, theirs):
        assert (line["exception.type"], line["exception.message"]) == ("builtins.RuntimeError", "a\nb")
        assert "test_log.py" in line["exception.stacktrace"]
    assert hostile["exception.message"] == "<HostileError whose text raises ValueError>"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**62, 2**70)
    | st.floats()
    | st.binary(max_size=10)
    | st.text(st.characters(), max_size=10)
    | st.builds(object)
    | st.builds(Hostile)
    | st.builds(HostileError)
    | st.builds(ValueError, st.text(max_size=5)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(), max_size=5) | st.integers() | st.builds(Hostile), inner, max_size=3)
        | st.tuples(inner)
    ),
    max_leaves=8,
)


@given(ANYTHING)
def test_anything_at_all_becomes_one_line_of_ascii_json(value):
    text = to_json({"value": value, "title": "\ud800\x1b[2J\u2028\x9b\n"})
    assert text.isascii()
    assert text.isprintable()
    json.dumps(json.loads(text, parse_constant=pytest.fail), ensure_ascii=False).encode()


@given(ANYTHING, st.text(st.characters(), max_size=10))
def test_on_a_terminal_nothing_that_is_logged_can_break_the_line_or_steer_it(value, event):
    stream, log = logged(LogSettings(format="console"))
    log.info(event, value=value)
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert not set(text.rstrip("\n")) & set(map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029, 0x202E]))
    text.encode()


def test_a_stack_trace_on_a_terminal_keeps_its_lines_and_loses_its_escapes():
    stream, log = logged(LogSettings(format="console"))
    try:
        fail("\x1b[2Jboom\x9b")
    except RuntimeError:
        log.exception("failed")
    text = stream.getvalue()
    assert "\nRuntimeError: \\x1b[2Jboom\\x9b\n" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("value", [None, True, 0, -1, 1.5, "a\nb", [1, "x"], {"a": {"b": [None]}, "c": None}], ids=repr)
def test_what_json_can_say_is_logged_as_it_is(value):
    found = json.loads(to_json(value))
    assert (found, type(found)) == (value, type(value))


def test_numbers_beyond_64_bits_and_cycles_are_kept_readable():
    cycle = []
    cycle.append(cycle)
    assert plain(2**64) == "0x10000000000000000"
    assert plain(2**64 - 1) == 2**64 - 1
    assert plain(float("nan")) == "nan"
    assert "[[...]]" in json.dumps(plain(cycle))


@pytest.mark.parametrize(
    ("form", "terminal", "is_json"),
    [("auto", False, True), ("auto", True, False), ("json", True, True), ("console", False, False)],
)
def test_auto_is_text_for_people_and_json_for_machines(form, terminal, is_json, capsys):
    configure(LogSettings(format=form), service="newswire", terminal=terminal)
    structlog.get_logger().info("hello")
    out, err = capsys.readouterr()
    assert ("hello" in out, "hello" in err) == (is_json, not is_json)
    assert out.startswith("{") is is_json
