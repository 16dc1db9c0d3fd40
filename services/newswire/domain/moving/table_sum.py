"""The sum of a table: how many rows it has, and a checksum of their values that is the same on both engines.

The checksum is the sum of one hash for each row, modulo 2^128, so the order of the rows does not matter (Bellare and
Micciancio, "A New Paradigm for Collision-Free Hashing", 1997: AdHash). It finds faults of copying; it is no defence
against somebody who makes rows up.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

_BYTES: Final = 16
_MODULUS: Final = 1 << (8 * _BYTES)
_EXACT: Final = 1e16
"""From here on Python writes a float with an exponent; Postgres keeps its decimal digits, and gives an integer back."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """The rows of a table as one value to compare."""

    rows: int = 0
    checksum: int = 0

    def plus(self, rows: Iterable[Sequence[Any]]) -> "TableSum":
        """The sum with these rows too. A row is the values of its columns, in the order of the table."""
        count, checksum = self.rows, self.checksum
        for row in rows:
            count += 1
            checksum += int.from_bytes(
                blake2b(_text(row).encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
            )
        return TableSum(count, checksum % _MODULUS)


def differences(source: dict[str, TableSum], target: dict[str, TableSum]) -> tuple[str, ...]:
    """One line for each table whose rows are not the same at both ends."""
    found = []
    for table, here in source.items():
        there = target.get(table, TableSum())
        if here.rows != there.rows:
            found.append(f"{table} has {here.rows} rows here and {there.rows} there")
        elif here.checksum != there.checksum:
            found.append(f"{table} has the same number of rows at both ends ({here.rows}), with other values")
    return tuple(found)


def _text(row: Sequence[Any]) -> str:
    return "\x1f".join([_json(value) if isinstance(value, dict | list) else repr(value) for value in row])


def _json(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if "e+" not in text and "-0.0" not in text else json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    """Numbers as Postgres gives them back: jsonb keeps no exponent and no negative zero."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return int(Decimal(repr(value))) if abs(value) >= _EXACT else value or 0.0
    return value
