"""The alerts of deploy/prometheus, as a test or a document reads them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
RULES: Final = ROOT / "deploy" / "prometheus" / "newswire.rules.yaml"
CASES: Final = (RULES.with_suffix(".test.yaml"), RULES.with_suffix(".slow.test.yaml"))
"""The unit tests of the rules, for ``promtool test rules``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One recording rule or one alert."""

    name: str
    raw: dict[str, Any]

    @property
    def is_alert(self) -> bool:
        return "alert" in self.raw


def rules() -> list[Rule]:
    """Every rule in the order of the file."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [Rule(raw.get("alert") or raw["record"], raw) for group in groups for raw in group["rules"]]


def alerts() -> list[Rule]:
    """Every alert in the order of the file."""
    return [rule for rule in rules() if rule.is_alert]
