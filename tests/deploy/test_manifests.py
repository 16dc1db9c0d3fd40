"""The pods of deploy/kubernetes: commands and settings that there are, no right that they need not, time to finish."""

import re
import subprocess

import pytest

from newswire.assembly.pipeline import STAGES
from newswire.cli.commands import COMMANDS
from newswire.domain.log.topology import STAGES as NODES
from newswire.settings import ExtractSettings, describe, load
from support.compose import CLOSING_S, REST_BYTES
from support.kustomize import KUBERNETES, OVERLAYS, of_kind, text, workloads
from support.tool import tool

EVERY = (*STAGES, "serve", "websub")
SECRETS = {
    "/etc/newswire/kafka-user/password": "a password",
    "/etc/newswire/kafka-ca/ca.crt": "a certificate",
    "/etc/newswire/archive/secret-access-key": "a secret",
    "/etc/newswire/database/uri": "postgresql://newswire:a-password@database/newswire",
}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secrets")
    for path, content in SECRETS.items():
        file = folder / path.removeprefix("/")
        file.parent.mkdir(parents=True)
        file.write_text(content)
    return folder


@pytest.fixture(scope="module", params=OVERLAYS)
def overlay(request):
    return request.param


@pytest.fixture(scope="module")
def pods(overlay):
    return {workload.name: workload for workload in workloads(overlay)}


@pytest.fixture(scope="module")
def stages(pods):
    return {name: pod for name, pod in pods.items() if pod.is_stage}


def test_every_stage_is_a_deployment_and_topics_and_schema_are_jobs(pods):
    commands = {name: pod.container["args"] for name, pod in pods.items() if name != "archive-merge"}
    assert commands == {name: [name] for name in EVERY} | {"topics": ["topics", "ensure"], "migrate": ["migrate"]}
    assert {arguments[0] for arguments in commands.values()} <= COMMANDS.keys()


def test_every_pod_starts_with_settings_that_are_accepted_and_finds_each_file_that_they_name(pods, secrets):
    for name, pod in pods.items():
        environment = pod.environment(secrets)
        settings = load(environment)
        assert settings.health.port == 8080
        assert set(pod.files) == {f"/{value.removeprefix(f'{secrets}/')}" for value in environment.values()
                                  if value.startswith(str(secrets))}, "no Secret is mounted in vain"  # fmt: skip
        for path in re.findall(r"/etc/newswire/[\w/.-]+", " ".join(environment.values())):
            assert path in pod.files, name


def test_a_pod_that_needs_the_log_or_the_database_has_it_and_no_other_has(pods, secrets):
    for name, pod in pods.items():
        settings = load(pod.environment(secrets))
        reads_or_writes = name in {"topics", "serve", "websub"} or bool(NODES.get(name, NODES["websub"]).topics)
        assert bool(settings.kafka_servers) == reads_or_writes == (pod.labels.get("newswire/bus") == "true"), name
        with_database = settings.store.get_secret_value().startswith("postgresql://")
        assert with_database == (name not in {"extract", "topics", "archive-merge"}), name
        assert with_database == (pod.labels.get("newswire/database") == "true"), name
        assert (pod.labels.get("newswire/web") == "true") == (name in {"poll", "extract", "websub", "serve"}), name


def test_what_writes_erases_or_merges_pages_has_the_archive_and_the_files_are_merged_daily_one_run_at_a_time(secrets):
    pods = {pod.name: pod for pod in workloads("prod")}
    urls = {name: load(pod.environment(secrets)).archive.url for name, pod in pods.items()}
    with_archive = {name for name, url in urls.items() if url}
    assert with_archive == {"extract", "store", "archive-merge"}
    assert len({urls[name] for name in with_archive}) == 1
    assert with_archive == {name for name, pod in pods.items() if pod.labels.get("newswire/archive") == "true"}
    merge = pods["archive-merge"]
    assert merge.container["args"] == ["archive", "merge"]
    assert merge.raw["spec"]["concurrencyPolicy"] == "Forbid"
    assert re.fullmatch(r"\d+ \d+ \* \* \*", merge.raw["spec"]["schedule"])


def test_every_pod_keeps_to_the_restricted_profile_and_cannot_write_its_root(pods):
    for pod in pods.values():
        assert pod.pod["securityContext"] == {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        assert pod.container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert pod.pod["automountServiceAccountToken"] is pod.pod["enableServiceLinks"] is False
        assert {volume["name"] for volume in pod.pod["volumes"] if "emptyDir" in volume} == {"tmp"}
        assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & pod.pod.keys()
        # Unreadable for others; fsGroup makes them readable for newswire.
        private = [volume["secret"] for volume in pod.pod["volumes"] if "secret" in volume]
        assert all(
            secret.get("defaultMode") == 0o440 for secret in private if secret["secretName"] != "kafka-cluster-ca-cert"
        )


def test_the_namespace_admits_restricted_pods_alone(overlay):
    labels = of_kind(overlay, "Namespace")["newswire"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_stage_has_the_time_to_finish_before_it_is_killed(stages, secrets):
    for pod in stages.values():
        waits = pod.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        drain = load(pod.environment(secrets)).run.drain_s
        assert pod.pod["terminationGracePeriodSeconds"] >= waits + drain + CLOSING_S
        assert bool(waits) == (pod.name in {"serve", "websub"}), "only where requests come in"


def test_a_stage_has_the_memory_that_its_workers_may_take_and_no_limit_on_processors(stages, secrets):
    for name in STAGES:
        settings = load(stages[name].environment(secrets))
        workers = settings.extract.processes or 0
        assert bool(workers) == (name not in {"store", "drift"})
        assert stages[name].memory_bytes >= REST_BYTES + workers * (settings.extract.memory_mb << 20)
        assert settings.extract.memory_mb == ExtractSettings().memory_mb
    for pod in stages.values():
        assert pod.container["resources"]["limits"].keys() == {"memory"}


def test_a_stage_is_restarted_by_livez_alone_and_is_ready_by_readyz(stages):
    for pod in stages.values():
        asked = {probe: pod.container[f"{probe}Probe"] for probe in ("startup", "liveness", "readiness")}
        paths = {probe: found["httpGet"]["path"] for probe, found in asked.items()}
        assert paths == {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}
        assert {found["httpGet"]["port"] for found in asked.values()} == {"health"}
        assert asked["readiness"]["timeoutSeconds"] > 3, "all checks together take 2 s at most"
        assert asked["startup"]["periodSeconds"] * asked["startup"]["failureThreshold"] >= 60


def test_every_port_is_the_one_that_the_settings_name_and_every_service_leads_to_one(overlay, stages, secrets):
    served = {"serve": ("wire", "serve"), "websub": ("hubs", "websub")}
    for name, pod in stages.items():
        settings = load(pod.environment(secrets))
        wanted = {"health": settings.health.port}
        if name in served:
            port, group = served[name]
            wanted[port] = getattr(settings, group).port
            assert getattr(settings, group).host == "0.0.0.0"
            service = of_kind(overlay, "Service")[f"newswire-{name}"]["spec"]
            assert service["ports"] == [{"name": port, "port": wanted[port], "targetPort": port}]
            assert service["selector"].items() <= pod.labels.items()
        assert pod.ports == wanted
    assert load(stages["serve"].environment(secrets)).serve.with_keys


def test_a_stage_is_replaced_and_evicted_one_pod_at_a_time_and_spread(overlay, stages):
    budgets = of_kind(overlay, "PodDisruptionBudget")
    for name, pod in stages.items():
        mine = pod.raw["spec"]["selector"]["matchLabels"]
        assert mine.items() <= pod.labels.items()
        budget = budgets[f"newswire-{name}"]["spec"]
        assert (budget["selector"]["matchLabels"], budget["maxUnavailable"]) == (mine, 1)
        assert pod.raw["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
        spread = pod.pod["topologySpreadConstraints"]
        assert [rule["topologyKey"] for rule in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        for rule in spread:
            assert rule["labelSelector"]["matchLabels"] == mine
            assert rule["matchLabelKeys"] == ["pod-template-hash"]
            assert rule["whenUnsatisfiable"] == "ScheduleAnyway"
    assert len(budgets) == len(stages)


def test_jobs_run_before_the_stages_and_are_made_anew_by_whoever_applies_them(overlay, pods):
    for name, pod in pods.items():
        if pod.raw["kind"] == "CronJob":
            continue  # it can be changed
        annotations = pod.raw["metadata"]["annotations"]
        assert annotations["argocd.argoproj.io/sync-wave"] == ("2" if pod.is_stage else "1"), name
        if not pod.is_stage:
            assert annotations["argocd.argoproj.io/hook"] == "Sync", "PreSync would come before the ConfigMaps"
            assert annotations["argocd.argoproj.io/hook-delete-policy"] == "BeforeHookCreation"
            assert annotations["kustomize.toolkit.fluxcd.io/force"] == "enabled"
            assert "ttlSecondsAfterFinished" not in pod.raw["spec"], "Flux would run it again and again"
    for found in of_kind(overlay, "ConfigMap").values():
        assert "argocd.argoproj.io/sync-wave" not in found["metadata"].get("annotations", {}), "wave 0: before the Jobs"


def test_a_changed_setting_changes_the_name_of_its_config_map_so_that_it_rolls_out(overlay):
    names = [name for name in of_kind(overlay, "ConfigMap") if "dashboard" not in name]
    assert len(names) == (4 if overlay == "prod" else 3)
    assert all(re.fullmatch(r"newswire-(settings|bus|database|archive)-[a-z0-9]{10}", name) for name in names)


def test_one_replica_for_trying_out_and_two_where_one_may_die():
    dev = {pod.name: pod.raw["spec"]["replicas"] for pod in workloads("dev") if pod.is_stage}
    prod = {pod.name: pod.raw["spec"].get("replicas") for pod in workloads("prod") if pod.is_stage}
    assert dev == dict.fromkeys(EVERY, 1) | {"websub": 0}
    assert prod == dict.fromkeys(EVERY, 2) | {"websub": 0, "extract": None}, "KEDA's own number is not set again"


def test_every_setting_that_a_manifest_speaks_of_is_one():
    known = {row.variable for row in describe()}
    for path in KUBERNETES.rglob("*.*"):
        assert set(re.findall(r"NEWSWIRE_\w+", path.read_text())) <= known, path


def test_the_manifests_keep_to_the_schemas_of_kubernetes(overlay, tmp_path):
    validate = tool("kubernetes-validate", "pip install kubernetes-validate")
    file = tmp_path / "manifests.yaml"
    file.write_text(text(overlay))
    done = subprocess.run([validate, "--strict", "--no-warn", str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
