"""Editions of template families: reports that a machine or a habit fills in.

Each family is a title and a text with slots. A slot ``{name}`` takes a value from the pool of that name; ``{n:lo:hi}``
is a number. ``entity`` and ``day`` are set from outside, so that one entity has an edition a day.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SLOT = re.compile(r"\{(\w+)(?::(\d+):(\d+))?\}")


@dataclass(frozen=True)
class Family:
    name: str
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
