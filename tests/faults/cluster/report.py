"""What a run came to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from faults.cluster.plan import Size

SHOWN = 5
"""Of what one check finds wrong."""


@dataclass
class Report:
    """Figures, and everything that was wrong."""

    seed: int
    size: Size
    wrong: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)

    def judge(self, promise: str, found: Iterable[str]) -> None:
        """Note what a check found."""
        rest = iter(found)
        self.wrong += [f"{promise}: {each}" for each in islice(rest, SHOWN)]
        if more := sum(1 for _ in rest):
            self.wrong.append(f"{promise}: and {more} more")

    def __str__(self) -> str:
        lines = [f"seed {self.seed}, {self.size}", *(f"{name}: {value}" for name, value in self.figures.items())]
        return "\n".join([*lines, *(f"WRONG {each}" for each in self.wrong)])
