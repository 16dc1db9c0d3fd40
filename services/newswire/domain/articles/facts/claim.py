"""A claim is one statement of one fact, with its source. A decision is the believed claim, and why others lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claim(Generic[T]):
    """One statement about the article."""

    value: T
    source: str
    """Where it was read, e.g. ``json-ld``, ``meta``, ``h1``, ``byline``, ``feed``."""
    confidence: float
    """How often a claim from this source is right, from 0 to 1: a rough figure, for comparing claims."""


@dataclass(frozen=True, slots=True)
class LostClaim(Generic[T]):
    """A claim that is not believed."""

    claim: Claim[T]
    reason: str
    """A sentence for people."""


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """What is believed of one fact."""

    chosen: Claim[T] | None = None
    """Its confidence is the decision's: higher than the claim's own where others agree. None where nothing is sure."""
    lost: tuple[LostClaim[T], ...] = ()

    @property
    def value(self) -> T | None:
        """The believed value."""
        return self.chosen.value if self.chosen else None


def together(confidences: Iterable[float]) -> float:
    """The confidence in a value that several sources state, as if they erred independently; 0.99 at most."""
    doubt = 1.0
    for each in confidences:
        doubt *= 1 - each
    return round(min(0.99, 1 - doubt), 3)
