"""Temporary files in memory: tests make, fill and remove databases and brokers all the time.

No test takes the power from the machine, so none can tell the difference: files in memory outlive a killed process too.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = Path("/dev/shm")
"""Linux keeps its files in memory."""
NEEDED_BYTES: Final = 4 * 1024**3
"""So much has to be free, so that the tests do not fill the memory."""


def folder(environment: Mapping[str, str], folder: Path = FOLDER, *, needed: int = NEEDED_BYTES) -> Path | None:
    """Where temporary files belong: ``folder``, if it has ``needed`` bytes free and programs in it may run.

    None means the system's own folder: where ``folder`` is not fit, or where TMPDIR in ``environment`` names another.
    """
    if "TMPDIR" in environment:
        return None
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    barred = found.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)
    room = found.f_bavail * found.f_frsize
    return None if barred or room < needed or not os.access(folder, os.W_OK) else folder
