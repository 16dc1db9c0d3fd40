"""The two forms that nearly every feed writes, RFC 3339 and RFC 2822 with an English month, read by one pattern each.

Only for speed: whatever is read here, the general reading in `moments` reads alike (tests hold both together).
"""

import re
from datetime import datetime, timedelta
from typing import Final

_MONTHS: Final = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905  # reads better as words
}
_CLOCK: Final = r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?"
_RFC_3339: Final = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)[T ]{_CLOCK}(?:Z|([+-])(0\d|1[01]):?([0-5]\d))", re.ASCII)
_RFC_2822: Final = re.compile(
    rf"(?:[A-Z][a-z]{{2}},\s?)?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) {_CLOCK} "
    r"(?:GMT|UTC|UT|Z|([+-])(0\d|1[01])([0-5]\d))",
    re.ASCII | re.IGNORECASE,
)


def read_usual(text: str) -> tuple[datetime, timedelta] | None:
    """The wall clock time and the offset from UTC; None for every other form. Raises ValueError for no day at all."""
    if found := _RFC_3339.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _RFC_2822.fullmatch(text):
        year, month, day = int(found[3]), _MONTHS[found[2].lower()], int(found[1])
    else:
        return None
    local = datetime(year, month, day, int(found[4]), int(found[5]), int(found[6] or 0))  # noqa: DTZ001  # a wall clock time
    if found[7] is None:
        return local, timedelta()
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    return local, -offset if found[7] == "-" else offset
