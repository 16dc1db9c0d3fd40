"""The manifests in a real control plane: a first roll-out, a changed setting, an eviction, a way back.

It needs etcd, kube-apiserver and kube-controller-manager, which the test suite does not install.
"""

import copy
import re
from urllib.error import HTTPError

import pytest
import yaml

from support.control_plane import NAMESPACE, ControlPlane, Kubelet, custom_resources
from support.kustomize import KUBERNETES, objects, of_kind, text

JOBS = ("newswire-topics", "newswire-migrate")
MERGE = "newswire-archive-merge"
IN_NAMESPACE = ("--namespace", NAMESPACE)
PROD = KUBERNETES / "overlays" / "prod"
BUILT_IN = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1"}


@pytest.fixture(scope="module")
def plane(tmp_path_factory):
    plane = ControlPlane(tmp_path_factory.mktemp("plane"))
    try:
        plane.start()
        kinds = {(found["apiVersion"], found["kind"]) for found in objects("prod")}
        kinds = {(api, kind) for api, kind in kinds if api not in BUILT_IN}
        assert plane.kubectl("create", "-f", "-", given=custom_resources(kinds)).returncode == 0
        waited = plane.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        assert waited.returncode == 0, waited.stderr
        yield plane
    finally:
        plane.stop()


@pytest.fixture(scope="module")
def kubelet(plane):
    return Kubelet(plane)


def apply(plane, manifests):
    return plane.kubectl("apply", "--server-side", "-f", "-", given=manifests)


def ask(plane, *arguments):
    done = plane.kubectl(*IN_NAMESPACE, *arguments)
    assert done.returncode == 0, done.stderr


def delete_jobs(plane):
    ask(plane, "delete", "job", *JOBS, "--ignore-not-found")


def rolled_out(plane, kubelet):
    """Whether every stage runs as it is wanted, with no pod of before, and every Job is complete."""
    kubelet.turn()
    stages = plane.ask("GET", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments")["items"]
    jobs = plane.ask("GET", f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs")["items"]
    up = all(
        stage["status"].get("observedGeneration") == stage["metadata"]["generation"]
        and stage["status"].get("updatedReplicas", 0) == stage["status"].get("replicas", 0) == stage["spec"]["replicas"]
        and stage["status"].get("availableReplicas", 0) == stage["spec"]["replicas"]
        for stage in stages
    )
    return (
        up
        and len(stages) == len(of_kind("prod", "Deployment"))
        and len(jobs) == len(JOBS)
        and all(job["status"].get("succeeded") for job in jobs)
    )


def settled(plane, kubelet):
    seconds = plane.until(lambda: rolled_out(plane, kubelet), 300)
    print(f"rolled out in {seconds:.1f} s")


def setting(component, kubelet):
    """The ConfigMaps that the pods of a stage read."""
    (names,) = {
        tuple(source["configMapRef"]["name"] for source in pod["spec"]["containers"][0]["envFrom"])
        for pod in kubelet.pods(component)
    }
    return names


def test_it_rolls_out_takes_a_changed_setting_refuses_a_second_eviction_and_goes_back(plane, kubelet):
    first = text("prod")
    done = apply(plane, first)
    assert done.returncode == 0, done.stderr
    settled(plane, kubelet)
    before = setting("store", kubelet)

    # A changed setting has a ConfigMap of another name, and a Job cannot be changed.
    name = re.search(r"newswire-settings-\w+", first)[0]
    changed = first.replace(name, "newswire-settings-changed1").replace("about-our-bot", "about-our-new-bot")
    done = apply(plane, changed)
    assert done.returncode == 1
    assert done.stderr.count("field is immutable") == len(JOBS)
    delete_jobs(plane)
    done = apply(plane, changed)
    assert done.returncode == 0, done.stderr
    settled(plane, kubelet)
    assert "newswire-settings-changed1" in setting("store", kubelet) != before

    # With no turn of the kubelet between them, the first evicted pod is not replaced by a ready one.
    plane.until(lambda: _allowed(plane, "newswire-store") == 1, 60)
    one, two = (pod["metadata"]["name"] for pod in kubelet.pods("store"))
    evict(plane, one)
    with pytest.raises(HTTPError) as refused:
        evict(plane, two)
    assert refused.value.code == 429

    settled(plane, kubelet)
    delete_jobs(plane)
    assert apply(plane, first).returncode == 0
    settled(plane, kubelet)
    assert setting("store", kubelet) == before


def test_the_merge_of_the_archive_is_let_in_under_a_quota_and_done(plane, kubelet):
    """Its Job is made from the CronJob by hand, as at the hour of the schedule."""
    assert apply(plane, text("prod")).returncode == 0
    quota = "--hard=requests.cpu=64,requests.memory=128Gi,limits.memory=128Gi"
    ask(plane, "create", "quota", "room", quota)
    quotas = f"/api/v1/namespaces/{NAMESPACE}/resourcequotas/room"
    plane.until(lambda: "hard" in plane.ask("GET", quotas)["status"], 60)
    ask(plane, "create", "job", "merge-now", f"--from=cronjob/{MERGE}")

    def done():
        kubelet.turn()
        return plane.ask("GET", f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs/merge-now")["status"].get("succeeded")

    seconds = plane.until(done, 60)
    print(f"the merge was let in and done in {seconds:.1f} s")
    (pod,) = kubelet.pods("archive-merge")
    assert pod["spec"]["containers"][0]["args"] == ["archive", "merge"]

    greedy = copy.deepcopy(of_kind("prod", "CronJob")[MERGE]["spec"]["jobTemplate"]["spec"]["template"])
    del greedy["spec"]["containers"][0]["resources"]
    greedy["metadata"]["name"] = "greedy"
    refused = plane.kubectl(
        *IN_NAMESPACE, "create", "-f", "-", given=yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", **greedy})
    )
    assert "must specify limits.memory" in refused.stderr


def test_what_no_schema_knows_the_server_refuses(plane):
    """So that the test above is more than a schema: a pod with rights, and a hole outside of its network."""
    policy = yaml.safe_load((KUBERNETES / "base" / "network-policy-web.yaml").read_text())
    policy["spec"]["egress"][0]["to"][1]["ipBlock"]["except"].append("fc00::/7")
    policy["metadata"]["name"] = "hole"
    done = plane.kubectl("--namespace", "default", "create", "-f", "-", given=yaml.safe_dump(policy))
    assert "must be a strict subset" in done.stderr
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "mighty", "namespace": NAMESPACE}}
    pod["spec"] = {"containers": [{"name": "mighty", "image": "newswire"}]}
    done = plane.kubectl("create", "-f", "-", given=yaml.safe_dump(pod))
    assert 'violates PodSecurity "restricted' in done.stderr


def evict(plane, pod):
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": NAMESPACE}}
    plane.ask("POST", f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction", body)


def _allowed(plane, budget):
    found = plane.ask("GET", f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets/{budget}")
    return found["status"].get("disruptionsAllowed")
