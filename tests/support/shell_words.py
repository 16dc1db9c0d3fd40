"""Commands that documents name, held against what can be called: newswire, make, Docker Compose, files of this tree."""

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from newswire.cli import reference
from newswire.cli.app import app
from newswire.settings import describe
from support.compose import services
from support.documents import ROOT

SYSTEM = {"cat", "cp", "curl", "cut", "echo", "grep", "jq", "kill", "openssl", "git", "cd", "sort", "tail", "true"}
"""What a block may call besides: nothing of ours, so nothing that a test could hold it against."""
CHECKED = {"newswire", ".venv/bin/newswire", "make", "docker", "python", ".venv/bin/python", "pytest"}
GROUPS = {"feeds", "dead", "topics", "schemas", "keys"}
_ASSIGNMENT = re.compile(r"([A-Z]\w*)=(.*)", re.DOTALL)
_HERE = re.compile(r"( <<'END')\n.*?\nEND$", re.DOTALL | re.MULTILINE)
_VALUED = {"--scale", "--profile", "--volume", "--file", "--tag", "--publish"}
"""Options of Docker's that take a word of their own."""
_SOME_ID = "00000000-0000-4000-8000-000000000001"
"""Documents write ``ID`` where an id is to be put in."""


class NoSuchCommandError(AssertionError):
    """A document names a command that cannot be called as it says."""


@cache
def _root() -> TyperGroup:
    reference.markdown()  # defines every command
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return root


def check_newswire(arguments: Sequence[str], *, mentioned: bool = False) -> None:
    """Parse ``newswire ARGUMENTS`` as the command line would, without running it.

    Args:
        arguments: what follows ``newswire``.
        mentioned: a text may name a command without its arguments (``newswire explain``).

    Raises:
        NoSuchCommandError: the command line refuses it.
    """
    command, context, rest = (
        _root(),
        typer.Context(_root(), info_name="newswire"),
        [_SOME_ID if word == "ID" else word for word in arguments],
    )
    try:
        while isinstance(command, TyperGroup) and rest and not rest[0].startswith("-"):
            word, found, rest = command.resolve_command(context, rest)
            assert found is not None
            command, context = found, typer.Context(found, info_name=word, parent=context)
        if (rest or not mentioned) and rest not in (["--version"], ["--help"]):
            command.make_context(context.info_name, rest, parent=context.parent)
    except TyperException as refused:
        raise NoSuchCommandError(f"newswire {shlex.join(arguments)}: {refused}") from None


def commands(script: str) -> Iterator[list[str]]:
    """The simple commands of a script, as words, without here-documents, comments, pipes and redirections."""
    for line in _HERE.sub(r"\1", script).replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = "#"
        words: list[str] = []
        redirected = False
        for word in lexer:
            if re.fullmatch(r"[();&|]+", word):
                yield from [words] if words else []
                words = []
            elif re.fullmatch(r"[<>&]+", word):
                redirected = True
            elif redirected:
                redirected = False
            else:
                words.append(word)
        yield from [words] if words else []


def check_script(script: str) -> int:
    """Check every command of a script; how many there are.

    Raises:
        NoSuchCommandError: one of them cannot be called as the document says.
    """
    found = list(commands(script))
    for words in found:
        check(words)
    return len(found)


def check(words: Sequence[str], *, mentioned: bool = False) -> None:
    """One command of a document.

    Raises:
        NoSuchCommandError: it cannot be called as the document says.
    """
    known = {row.variable for row in describe()}
    words = words[1:] if words[0] == "export" else words
    while words and (assigned := _ASSIGNMENT.fullmatch(words[0])):
        if assigned.group(1).startswith("NEWSWIRE_") and assigned.group(1) not in known:
            raise NoSuchCommandError(f"{assigned.group(1)} is not a setting")
        words = words[1:]
    match [*words]:
        case ["newswire" | ".venv/bin/newswire", *rest]:
            check_newswire(rest, mentioned=mentioned)
        case [group, _, *_] if mentioned and group in GROUPS:
            check_newswire(words, mentioned=True)
        case ["make", *rest]:
            _check_make(rest)
        case ["docker", *rest]:
            _check_docker(rest, mentioned=mentioned)
        case ["python" | ".venv/bin/python" | "pytest", *rest]:
            _check_python(rest)
        case [first, *_] if not mentioned and first not in SYSTEM:
            raise NoSuchCommandError(f"nothing is known of {first}: {shlex.join(words)}")


def _check_make(arguments: Sequence[str]) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for word in arguments:
        if word not in targets and not _ASSIGNMENT.fullmatch(word):
            raise NoSuchCommandError(f"make {word}: the Makefile has no such target")


def _check_docker(arguments: Sequence[str], *, mentioned: bool) -> None:
    """``docker compose run|exec SERVICE …`` and ``docker run newswire …`` call newswire; the rest names services."""
    words = _without_options(arguments)
    match words:
        case ["compose", ("run" | "exec") as how, service, *rest]:
            _check_service(service)
            if how == "run" and rest:  # else the service's own command
                check_newswire(rest, mentioned=mentioned)
            elif rest[:1] == ["newswire"]:
                check_newswire(rest[1:], mentioned=mentioned)
        case ["compose", *_]:
            verbs = [word for word in words[1:] if word in {"up", "down", "build", "ps", "logs", "stop", "restart"}]
            for service in words[1:]:
                if service not in verbs:
                    _check_service(service)
        case ["run", "newswire", *rest]:
            check_newswire(rest, mentioned=mentioned)
        case _:
            raise NoSuchCommandError(f"nothing is known of docker {shlex.join(words)}")


def _without_options(arguments: Sequence[str]) -> list[str]:
    """Docker's own words; what follows a container's name is the container's."""
    words: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if (words[:2] in (["compose", "run"], ["compose", "exec"]) and len(words) == 3) or words == ["run", "newswire"]:
            return [*words, word, *rest]
        if word in _VALUED:
            rest.pop(0)
        elif not word.startswith("-"):
            words.append(word)
    return words


def _check_service(service: str) -> None:
    if service not in services():
        raise NoSuchCommandError(f"docker-compose.yml has no service {service}")


def _check_python(arguments: Sequence[str]) -> None:
    match [*arguments]:
        case ["-m", module, *_]:
            if find_spec(module) is None:
                raise NoSuchCommandError(f"there is no module {module}")
        case _:
            for word in arguments:
                # A file without a folder is the reader's own, as a block before wrote it.
                if "/" in word and word.endswith(".py") and not (ROOT / word).is_file():
                    raise NoSuchCommandError(f"there is no file {word}")
