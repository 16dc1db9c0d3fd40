"""docker-compose.yml and deploy/Dockerfile as what they ask for: the same values that a container would be given."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
COMPOSE: Final = ROOT / "docker-compose.yml"
DOCKERFILE: Final = ROOT / "deploy" / "Dockerfile"

VARIABLE: Final = re.compile(r"\$\{(\w+):-([^}]*)\}")
"""The one kind of substitution there is: a variable and its default."""
_UNITS: Final = {"m": 1 << 20, "g": 1 << 30}
REST_BYTES: Final = 1 << 30
"""For a container's main process and its fork server, which take about a quarter of it."""
CLOSING_S: Final = 30
"""For leaving the consumer group, closing the producer and the pools, after the work in flight was finished."""


@dataclass(frozen=True)
class Service:
    """One service, in the file's own terms."""

    name: str
    raw: Mapping[str, Any]

    @property
    def ours(self) -> bool:
        """Whether it runs newswire's image."""
        return "build" in self.raw

    @property
    def command(self) -> list[str]:
        return self.raw.get("command", [])

    @property
    def is_stage(self) -> bool:
        return self.ours and self.raw["restart"] == "unless-stopped"

    @property
    def memory_bytes(self) -> int:
        return int(self.raw["mem_limit"][:-1]) * _UNITS[self.raw["mem_limit"][-1]]

    @property
    def own_environment(self) -> dict[str, str]:
        """What the service is given beside its image's."""
        return {name: str(value) for name, value in self.raw.get("environment", {}).items()}

    @property
    def environment(self) -> dict[str, str]:
        """What a container of ours starts with."""
        return {**Image.read().environment, **self.own_environment}


def services(variables: Mapping[str, str] | None = None) -> dict[str, Service]:
    """Every service by its name, with the file's variables filled in or at their defaults."""
    known = variables or {}
    text = VARIABLE.sub(lambda found: known.get(found[1]) or found[2], COMPOSE.read_text())
    return {name: Service(name, raw) for name, raw in yaml.safe_load(text)["services"].items()}


@dataclass(frozen=True)
class Image:
    """The Dockerfile's instructions, and which of them make the image that runs."""

    instructions: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls) -> "Image":
        text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
        lines = (line.strip().partition(" ") for line in text.splitlines() if line.strip())
        return cls(tuple((word, rest.strip()) for word, _, rest in lines))

    def all(self, word: str) -> list[str]:
        return [rest for name, rest in self.instructions if name == word]

    @property
    def last(self) -> dict[str, str]:
        """The last stage's instructions, each as it was last given."""
        start = max(index for index, (word, _) in enumerate(self.instructions) if word == "FROM")
        return dict(self.instructions[start:])

    @property
    def environment(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in shlex.split(self.last["ENV"]))

    @property
    def healthcheck(self) -> list[str]:
        """The command that a container's health is asked with."""
        return json.loads(self.last["HEALTHCHECK"].partition("CMD ")[2])
