"""Whether a process is ready: what /readyz answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["starting", "ready", "unready", "draining"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer, with each check's: ``ok``, or what is wrong as a sentence."""

    status: Status
    checks: Mapping[str, str] = field(default_factory=dict)
    """Empty where none was made."""

    @property
    def http_status(self) -> int:
        """200 for ready, else 503 (RFC 9110 §15.6.4)."""
        return 200 if self.status == "ready" else 503


def judge(troubles: Mapping[str, str | None], *, started: bool, draining: bool) -> Readiness:
    """What checks (by name, what is wrong or None) come to.

    A process that ends is not ready whatever its dependencies say, and before it has started there is nothing to ask.
    """
    checks = {name: trouble or "ok" for name, trouble in troubles.items()}
    if draining:
        return Readiness("draining", checks)
    if not started:
        return Readiness("starting", checks)
    return Readiness("unready" if any(troubles.values()) else "ready", checks)
