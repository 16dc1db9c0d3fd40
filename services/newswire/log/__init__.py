"""Logs: one event name with keys per line, JSON for machines or text for people.

What is logged here comes from feeds and pages, so no value is trusted: nothing that is logged can break a
line, steer a terminal or raise. Libraries that use the standard library's logging come out the same way, by a level
of their own: at ``debug``, the database driver alone writes hundreds of lines for one article.
"""

import json
import logging
import math
import os
import re
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

from newswire import __version__
from newswire.settings import LogSettings

_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters (C0, C1), line separators, bidirectional overrides, and lone surrogates."""
_UNSAFE_BUT_LINES: Final = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_SHOW_ROWS: Final = ("sqlalchemy", "aiosqlite")
"""They log the rows of the database at ``debug``, and the credentials of feeds are among them: ``info`` is the least
that they log."""
_DEPTH: Final = 6
"""Nesting beyond this is logged as its repr."""
_OURS: Final = "newswire"
"""The logger of all our own lines; every other logger belongs to a library."""
_NOISY: Final = ("trafilatura", "htmldate", "courlan", "charset_normalizer", "aiokafka")
"""They log every poor page as an error; the article's flags and dead letters say it better. aiokafka logs each try of
each connection to a broker that is away, dozens a second; our own lines say when it went, why, and when it was back.
So they are silent, unless the libraries' level asks for less than warnings."""


class _Lines(logging.StreamHandler[TextIO]):
    """Our handler, a class of its own so that `configure` can replace it."""


def configure(settings: LogSettings, *, service: str, terminal: bool, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging for this process; a second call replaces the first.

    Args:
        settings: Level and format.
        service: ``service.name`` of every line, e.g. ``newswire-poll``.
        terminal: Whether a person is looking; decides what format ``auto`` is.
        stream: Where to; by default stdout for JSON and stderr for text. A command whose data goes to
            stdout passes ``sys.stderr``.
    """
    as_json = settings.format == "json" or (settings.format == "auto" and not terminal)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.level),
        logger_factory=lambda *_: logging.getLogger(_OURS),
        cache_logger_on_first_use=False,
    )
    handler = _Lines(stream or (sys.stdout if as_json else sys.stderr))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_for_machines(service) if as_json else _for_people(terminal=terminal)),
            ],
        )
    )
    root = logging.getLogger()
    for former in [kept for kept in root.handlers if isinstance(kept, _Lines)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(settings.libraries_level.upper())
    logging.getLogger(_OURS).setLevel(settings.level.upper())
    for name in _SHOW_ROWS:  # sqlalchemy would otherwise give itself a level
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
    noisy = logging.NOTSET if settings.libraries_level in {"debug", "info"} else logging.CRITICAL
    for name in _NOISY:
        logging.getLogger(name).setLevel(noisy)


def configure_worker(settings: LogSettings) -> None:
    """Set up the logging of a worker process, where libraries alone log anything.

    Always on stderr: the stdout that a worker inherits may be a command's data.
    """
    configure(settings, service="newswire-worker", terminal=sys.stderr.isatty(), stream=sys.stderr)


@contextmanager
def bound(**keys: object) -> Iterator[None]:
    """Add keys to every line that is logged inside, tasks started inside included."""
    with structlog.contextvars.bound_contextvars(**keys):
        yield


def to_json(value: object) -> str:
    """One line of ASCII JSON for anything at all. Never raises."""
    return json.dumps(plain(value), allow_nan=False)


def plain(value: object, depth: int = 0) -> Any:  # noqa: PLR0911  # one return per kind of value is the plainest form
    """The nearest JSON value: surrogates replaced, numbers JSON cannot hold as text, the rest by repr. Never raises."""
    match value:
        case None | bool():
            return value
        case str():
            return value.encode("utf-8", "replace").decode()
        case int():
            return int(value) if -(2**63) <= value < 2**64 else hex(value)
        case float():
            return float(value) if math.isfinite(value) else str(value)
        case bytes() | bytearray():
            return bytes(value).decode("utf-8", "backslashreplace")
        case dict() if depth < _DEPTH:
            return {plain(_text(key)): plain(item, depth + 1) for key, item in value.items()}
        case list() | tuple() | set() | frozenset() if depth < _DEPTH:
            return [plain(item, depth + 1) for item in value]
        case BaseException():
            return plain(f"{type(value).__name__}: {_text(value)}")
        case _:
            return plain(_text(value))


def _text(value: object) -> str:
    """What an object says it is; a key, an exception or a value of a kind that JSON does not know."""
    try:
        return str(value) if isinstance(value, str | BaseException) else repr(value)
    except Exception as error:  # noqa: BLE001  # the object is somebody else's, and a log line is no reason to fail
        return f"<{type(value).__name__} whose text raises {type(error).__name__}>"


def _for_machines(service: str) -> list[Processor]:
    me = f"{socket.gethostname()}-{os.getpid()}"

    def finish(_logger: object, _method: str, line: EventDict) -> EventDict:
        first = {name: line.get(name) for name in ("timestamp", "level", "event")}
        return {**first, "service.name": service, "service.version": __version__, "service.instance.id": me, **line}

    def render(_logger: object, _method: str, line: EventDict) -> str:
        return to_json(line)

    return [_exception_attributes, finish, render]


def _for_people(*, terminal: bool) -> list[Processor]:
    def tame(_logger: object, _method: str, line: EventDict) -> EventDict:
        stack = line.pop("exception.stacktrace", None)
        tamed = {plain(_text(key)): _printable(plain(value)) for key, value in line.items()}
        return tamed if stack is None else {**tamed, "exception": _UNSAFE_BUT_LINES.sub(_escaped, plain(stack))}

    return [
        _exception_attributes,
        tame,
        structlog.dev.ConsoleRenderer(colors=terminal, exception_formatter=structlog.dev.plain_traceback),
    ]


def _exception_attributes(_logger: object, _method: str, line: EventDict) -> EventDict:
    """``exc_info`` as OpenTelemetry's exception attributes (semantic conventions, exceptions in logs)."""
    info = line.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if not isinstance(error, BaseException):
        return line
    kind = type(error)
    return {
        **line,
        "exception.type": f"{kind.__module__}.{kind.__qualname__}",
        "exception.message": _text(error),
        "exception.stacktrace": _stacktrace(error),
    }


def _stacktrace(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Exception as failure:  # noqa: BLE001  # an exception may have a hostile __str__ or notes
        return f"<no stack trace: {type(failure).__name__}>"


def _printable(value: object) -> object:
    return _UNSAFE.sub(_escaped, value if isinstance(value, str) else str(value))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
