"""The file that a SQLite database lives in, looked at before it is opened."""

import os
from pathlib import Path
from typing import Final

from newswire.errors import UsageError

PREFIX: Final = "sqlite:///"
_MAGIC: Final = b"SQLite format 3\x00"  # the file format's first 16 bytes, https://sqlite.org/fileformat.html §1.3


def prepare(url: str) -> None:
    """Make the folder of a ``sqlite:///path``; nothing for any other URL.

    Raises:
        UsageError: the folder or the file cannot be written to, or the file is no database.
    """
    if not url.startswith(PREFIX):
        return
    path = Path(url.removeprefix(PREFIX))
    mend = "set NEWSWIRE_DATA_DIR to a folder you may write to, or NEWSWIRE_STORE to another database"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise UsageError(f"{path} is a folder, not a database file: {mend}")
        if path.exists():
            with path.open("rb") as file:
                start = file.read(len(_MAGIC))
            if start and start != _MAGIC:
                raise UsageError(f"{path} is not a SQLite database: {mend}")
    except OSError as error:
        raise UsageError(f"cannot use {path} ({error.strerror}): {mend}") from error
    # SQLite writes beside the file too: its journal and its shared memory.
    if not os.access(path.parent, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UsageError(f"cannot write to {path}: {mend}")
