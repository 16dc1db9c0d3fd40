"""Settings that were renamed: the old name works for one release more, with a warning.

To rename a setting, rename its field or group in groups.py and add one row here. A test fails once the release that
``until`` names is reached: remove the row then, and the old name is unknown like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from newswire.errors import UsageError


@dataclass(frozen=True, slots=True)
class Renamed:
    """The new name of a setting, and the first release that does not know the old one."""

    new: str
    until: str


RENAMED: Final[Mapping[str, Renamed]] = {
    "NEWSWIRE_DECIDE__BATCH": Renamed("NEWSWIRE_STORE_STAGE__BATCH", until="0.2.0"),
}
"""Rows by the old name."""


def under_new_names(environ: Mapping[str, str], renamed: Mapping[str, Renamed] = RENAMED) -> dict[str, str]:
    """The environment with every old name replaced by its new one; a variable that is set to nothing is left out.

    Raises:
        UsageError: both names of one setting are set.
    """
    given = {name: value for name, value in environ.items() if value}
    for old in given.keys() & renamed.keys():
        new = renamed[old].new
        if new in given:
            raise UsageError(f"{old} is now called {new}, and both are set: remove {old}")
        given[new] = given.pop(old)
    return given


def old_names(environ: Mapping[str, str], renamed: Mapping[str, Renamed] = RENAMED) -> tuple[str, ...]:
    """One warning for each old name that the environment sets, in alphabetical order."""
    return tuple(
        f"{old} is now called {row.new}: use the new name, as newswire {row.until} no longer knows the old one"
        for old, row in sorted(renamed.items())
        if environ.get(old)
    )
