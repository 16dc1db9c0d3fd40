"""Secrets by file: for a secret setting NAME, the variable NAME_FILE names a file that holds the value.

Orchestrators mount secrets as files (Kubernetes, Docker). A file shows in no list of processes, and no child process
inherits it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from newswire.errors import UsageError

SUFFIX: Final = "_FILE"
_MAX_BYTES: Final = 65_536
"""More than any password or address has; a wrong path (a disk, a log) is not read whole."""


def with_secret_files(environ: Mapping[str, str], secrets: Iterable[str]) -> dict[str, str]:
    """The environment, in which each ``NAME_FILE`` of a secret setting NAME is replaced by NAME and the file's text.

    The line ends at the end of the file do not belong to the value. The file is read once, at the start.

    Raises:
        UsageError: NAME and NAME_FILE are both set, or the file cannot be read, is empty, or holds several lines.
    """
    given = dict(environ)
    for name in secrets:
        path = given.pop(name + SUFFIX, "")
        if not path:
            continue
        if given.get(name):
            raise UsageError(f"{name} and {name}{SUFFIX} are both set: remove one of them")
        given[name] = _text(Path(path), name + SUFFIX)
    return given


def _text(path: Path, variable: str) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_BYTES + 1).decode()
    except OSError as error:
        raise UsageError(f"{variable}: cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{variable}: {path} is not UTF-8 text") from None  # the original would show the secret
    if len(text) > _MAX_BYTES:
        raise UsageError(f"{variable}: {path} is larger than {_MAX_BYTES:,} bytes: is it the right file?")
    value = text.rstrip("\r\n")
    if not value:
        raise UsageError(f"{variable}: {path} is empty")
    if "\n" in value or "\r" in value:
        raise UsageError(f"{variable}: {path} holds several lines, and the value has to be the only one")
    return value
