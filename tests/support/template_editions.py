"""Editions of template families: reports that a machine or a habit fills in.

Each family is a title and a text with slots. A slot ``{name}`` takes a value from the pool of that name; ``{n:lo:hi}``
is a number. ``entity`` and ``day`` are set from outside, so that one entity has an edition a day.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SLOT = re.compile(r"\{(\w+)(?::(\d+):(\d+))?\}")


@dataclass(frozen=True)
class Family:
    name: str
    series: str
    language: str
    title: str
    text: str
    entities: tuple[str, ...]
    pools: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def edition(self, entity: str, day: int, chance: random.Random) -> tuple[str, str]:
        """Title and text of one entity's edition of one day of November."""

        def fill(slot: re.Match[str]) -> str:
            name, low, high = slot.groups()
            if low:
                return str(chance.randint(int(low), int(high)))
            return {"entity": entity, "day": str(day)}.get(name) or chance.choice(self.pools[name])

        return _SLOT.sub(fill, self.title), _SLOT.sub(fill, self.text)


def editions(family: Family, days: int, seed: int) -> Iterator[tuple[str, int, str, str]]:
    """Entity, day, title and text of each edition."""
    chance = random.Random(f"{family.name} {seed}")
    for day in range(4, 4 + days):
        for entity in family.entities:
            yield entity, day, *family.edition(entity, day, chance)


def families(*series: str) -> list[Family]:
    """The families of these series (first, later, last), in their order."""
    rows = tomllib.loads(Path(__file__).with_name("template_families.toml").read_text())["family"]
    every = [
        Family(
            row["name"],
            row["series"],
            row["language"],
            row["title"],
            row["text"].strip(),
            tuple(row["entities"]),
            {name: tuple(words) for name, words in row.get("pools", {}).items()},
        )
        for row in rows
    ]
    return [family for family in every if family.series in series]


def family_named(name: str) -> Family:
    """The family of that name."""
    return next(each for each in families("first", "later", "last") if each.name == name)
