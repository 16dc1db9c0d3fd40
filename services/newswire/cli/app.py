"""The command line's frame: one app, how errors become words and exit codes, where output goes.

Data goes to stdout, one JSON object a line; progress and words for people go to stderr. Exit codes:

====  ==========================================================================
0     done
1     the books do not balance, or a check found something wrong
2     asked for something impossible; the message says what to do instead
3     a stage stopped itself, because going on would do harm
4     the database, the broker or a server is away
130   interrupted with Ctrl-C
====  ==========================================================================
"""

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import Callable, Coroutine, Sequence
from importlib import import_module
from types import FrameType
from typing import Any, Final, TypeVar

import typer
from rich.console import Console

from newswire import __version__
from newswire.cli.commands import COMMANDS
from newswire.domain.wire.refusals import ReadRefused
from newswire.errors import NewswireError, Reject, Retry, Stop, UsageError, Wait
from newswire.runtime.garbage import only_keepers
from newswire.settings import Settings, describe, load, old_names

T = TypeVar("T")
Handler = Callable[[int, FrameType | None], Any]

WRONG: Final = 1
USAGE: Final = 2
STOPPED: Final = 3
AWAY: Final = 4
INTERRUPTED: Final = 130

MOST_DAYS: Final = 36_500
"""The longest span that an option takes, in days: further back there are no dates."""

err = Console(stderr=True, highlight=False, soft_wrap=True)
out = Console(highlight=False, soft_wrap=True)


_CODES: Final = (
    "Exit codes: 0 done; 1 the books do not balance, or a check found something wrong; 2 asked for something "
    "impossible; 3 a stage stopped itself; 4 the database, the broker or a server is away."
)


def _epilog() -> str:
    """A block a variable, each marked for the help formatter not to run its lines together."""
    blocks = (
        f"\b\n{row.variable}={row.default}\n"
        + textwrap.fill(row.description, 76, initial_indent="    ", subsequent_indent="    ")
        for row in describe()
    )
    return f"{_CODES}\n\nSettings are environment variables, here with their defaults:\n\n" + "\n\n".join(blocks)


app = typer.Typer(
    name="newswire",
    help="Feeds in, a clean, deduplicated, never-lossy wire of news articles out.",
    epilog=_epilog(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def settings() -> Settings:
    """The settings of this process's environment; each old name of a renamed setting is a warning on stderr."""
    for warning in old_names(os.environ):
        say(f"warning: {warning}")
    return load(os.environ)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end; Ctrl-C ends it in good order and the process with 130, a second at once."""
    afterwards = signal.getsignal(signal.SIGINT)
    try:
        return asyncio.run(_interruptible(work))
    except KeyboardInterrupt:
        afterwards = signal.getsignal(signal.SIGINT)  # the second may come while the interpreter ends
        raise typer.Exit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGINT, afterwards)


async def _interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Like `newswire.runtime.signals`, for commands that need not be asked to end: asyncio.run cancels them.

    Its own answer to a second Ctrl-C is a KeyboardInterrupt wherever the event loop is just then. That breaks the
    loop, which has yet to end every task: some of them then never hear that they are cancelled.
    """
    if callable(cancel := signal.getsignal(signal.SIGINT)):  # ignored in the background of a script: it stays so
        signal.signal(signal.SIGINT, _exiting_at_the_second(cancel))
    return await work


def _exiting_at_the_second(first: Handler) -> Handler:
    seen: list[int] = []

    def received(number: int, frame: FrameType | None) -> None:
        if seen:
            os._exit(INTERRUPTED)
        seen.append(number)
        first(number, frame)

    return received


def emit(line: str, *, now: bool = False) -> None:
    """One line of data on stdout, ``now`` or when there is enough to write. Ends the command when nobody reads on."""
    try:
        sys.stdout.write(line + "\n")
        if now:
            sys.stdout.flush()
    except BrokenPipeError:
        _read_no_more()
        raise typer.Exit from None


def _read_no_more() -> None:
    """The reader of our output (head, less) has gone: keep the interpreter's own flush from failing too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """One line for people, on stderr."""
    err.print(text, markup=False)


def _version(wanted: bool) -> None:  # noqa: FBT001  # Typer hands an option's value over by position
    if wanted:
        emit(f"newswire {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),  # noqa: FBT001  # Typer's way
) -> None:
    """Take the options that stand before any command."""


def main() -> None:
    """The entry point: run a command, and turn what goes wrong into a sentence and an exit code."""
    try:
        _load(sys.argv[1:])
        app()
    except BaseExceptionGroup as group:
        sys.exit(_explain(_first(group)))
    except NewswireError as error:
        sys.exit(_explain(error))
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _read_no_more()


def _load(arguments: Sequence[str]) -> None:
    """Define the command that is asked for; all of them where that is not plain, so that help can list them."""
    if list(arguments) == ["--version"]:
        return
    command = next((argument for argument in arguments if not argument.startswith("-")), "")
    names = [COMMANDS[command]] if command in COMMANDS else COMMANDS.values()
    modules = [name for module in dict.fromkeys(names) if (name := f"newswire.cli.{module}") not in sys.modules]
    if not modules:
        return
    with only_keepers():
        for module in modules:
            import_module(module)


_LOCKED: Final = ". Another process has been writing to it all the while: try again, or find out which one hangs"
_BLOCKED: Final = (
    ". For a server of your own, set NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES=true: then every port is allowed too"
)


def _first(group: BaseExceptionGroup[BaseException]) -> NewswireError:
    """The group's first error that has something to say; anything else is a bug and is shown whole."""
    ours, rest = group.split(NewswireError)
    if ours is None or rest is not None:
        raise group
    error: BaseException = ours
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, NewswireError)  # noqa: S101  # split() promises it
    return error


def advice(error: NewswireError) -> str:
    """What a person can do about an error whose own sentence does not say it."""
    if isinstance(error, Wait):
        return _LOCKED if "database is locked" in str(error) else ". 'newswire doctor' checks the whole set-up"
    return _BLOCKED if isinstance(error, Reject) and error.reason == "blocked-address" else ""


def _explain(error: NewswireError) -> int:
    say(f"newswire: {error}{advice(error)}")
    match error:
        case UsageError() | ReadRefused():
            return USAGE
        case Stop():
            return STOPPED
        case Wait() | Retry():
            return AWAY
        case Reject():
            return WRONG
    return WRONG
