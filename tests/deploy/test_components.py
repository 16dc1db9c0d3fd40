"""Scaling, brokers and database of deploy/kubernetes: what they say of newswire is so."""

import re
import xml.etree.ElementTree as ET

import pytest

from newswire.domain.log.topology import STAGES
from newswire.events import ENTRIES, RETRIES
from newswire.settings import load
from support.compose import services
from support.kafka_jars import POM
from support.kustomize import OVERLAYS, of_kind, workloads
from support.metrics import STAGES as METERED

KAFKA_SCALER = {
    *("bootstrapServers", "consumerGroup", "topic", "lagThreshold", "activationLagThreshold", "offsetResetPolicy"),
    *("allowIdleConsumers", "scaleToZeroOnInvalidOffset", "excludePersistentLag", "limitToPartitionsWithLag"),
    *("ensureEvenDistributionOfPartitions", "version", "partitionLimitation", "sasl", "tls"),
}
"""The metadata of KEDA's trigger kafka: neither its schema nor its server looks at their names."""
RUN_IN = {"webhooks": "serve"}
"""A stage without pods of its own, and the pods that run it."""
PASSWORDLESS = {"NEWSWIRE_KAFKA__SASL_PASSWORD": "x", "NEWSWIRE_KAFKA__SASL_PASSWORD_FILE": ""}


@pytest.fixture(scope="module", params=OVERLAYS)
def overlay(request):
    return request.param


def kafka_settings(overlay):
    (found,) = (content for name, content in of_kind(overlay, "ConfigMap").items() if name.startswith("newswire-bus-"))
    return load({"HOME": "/", **found["data"], **PASSWORDLESS})


@pytest.fixture(scope="module")
def scaled():
    return of_kind("prod", "ScaledObject")["newswire-extract"]["spec"]


@pytest.fixture(scope="module")
def trigger(scaled):
    (found,) = scaled["triggers"]
    assert found["type"] == "kafka"
    return found


def test_extract_is_scaled_by_the_lag_of_new_entries_alone(scaled, trigger):
    metadata = trigger["metadata"]
    assert scaled["scaleTargetRef"]["name"] in of_kind("prod", "Deployment")
    assert (metadata["topic"], metadata["consumerGroup"]) == (ENTRIES, STAGES["extract"].group)
    assert ENTRIES not in RETRIES, "records of a retry topic that are not due look like lag"
    assert metadata["bootstrapServers"] == ",".join(kafka_settings("prod").kafka_servers)
    assert metadata["offsetResetPolicy"] == "earliest", "as newswire's own consumers begin"


def test_no_name_in_the_scalers_metadata_is_misspelt_and_none_excludes_another(trigger):
    metadata = trigger["metadata"]
    assert metadata.keys() <= KAFKA_SCALER
    assert metadata["limitToPartitionsWithLag"] == "true"
    assert not metadata.keys() & {"allowIdleConsumers", "ensureEvenDistributionOfPartitions", "excludePersistentLag"}
    assert all(isinstance(value, str) for value in metadata.values())


def test_extract_never_sleeps_never_outgrows_its_partitions_and_shrinks_slowly(scaled):
    assert scaled["minReplicaCount"] >= 1, "a retry that falls due would wake nobody"
    assert scaled["minReplicaCount"] < scaled["maxReplicaCount"] <= kafka_settings("prod").kafka.partitions
    assert scaled["fallback"]["behavior"] == "currentReplicasIfHigher"
    assert scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= scaled["maxReplicaCount"]
    down = scaled["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] >= 600
    assert down["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 120}]


def test_the_scaler_signs_in_with_secrets_that_there_will_be_and_may_only_look(trigger):
    references = of_kind("prod", "TriggerAuthentication")[trigger["authenticationRef"]["name"]]["spec"][
        "secretTargetRef"
    ]
    named = {reference["parameter"]: (reference["name"], reference["key"]) for reference in references}
    user = of_kind("prod", "KafkaUser")["newswire-keda"]
    (secret, key) = named["username"]
    (made,) = (found for name, found in of_kind("prod", "Secret").items() if name == secret)
    assert made["data"].keys() == {key}
    assert named["password"] == (user["metadata"]["name"], "password")
    assert named["ca"] == ("kafka-cluster-ca-cert", "ca.crt")
    assert {operation for acl in user["spec"]["authorization"]["acls"] for operation in acl["operations"]} == {
        "Describe"
    }


def test_pods_find_brokers_user_and_authority_where_strimzi_makes_them(overlay):
    (name,) = of_kind(overlay, "Kafka")
    settings = kafka_settings(overlay)
    spec = of_kind(overlay, "Kafka")[name]["spec"]["kafka"]
    (listener,) = spec["listeners"]
    assert settings.kafka_servers == (f"{name}-kafka-bootstrap:{listener['port']}",)
    assert listener["tls"] == settings.kafka.security_protocol.endswith("SSL")
    assert listener["authentication"]["type"].upper() == settings.kafka.sasl_mechanism
    assert settings.kafka.sasl_username in of_kind(overlay, "KafkaUser")
    for pool in of_kind(overlay, "KafkaNodePool").values():
        assert pool["metadata"]["labels"]["strimzi.io/cluster"] == name
    for workload in workloads(overlay):
        secrets = dict(workload.files.values())
        if workload.labels.get("newswire/bus"):
            assert secrets[settings.kafka.sasl_username] == "password"
            assert secrets[f"{name}-cluster-ca-cert"] == "ca.crt"


def test_brokers_hold_as_many_copies_as_topics_ask_for_and_forget_no_group(overlay):
    settings = kafka_settings(overlay).kafka
    config = of_kind(overlay, "Kafka")["kafka"]["spec"]["kafka"]["config"]
    brokers = sum(
        pool["spec"]["replicas"]
        for pool in of_kind(overlay, "KafkaNodePool").values()
        if "broker" in pool["spec"]["roles"]
    )
    assert brokers == settings.replication == config["default.replication.factor"]
    assert config["min.insync.replicas"] == settings.min_insync
    assert all(config[name] == settings.replication for name in config if name.endswith("topic.replication.factor"))
    assert config["auto.create.topics.enable"] is config["unclean.leader.election.enable"] is False
    assert config["offsets.retention.minutes"] > settings.retention_days * 24 * 60
    assert "topicOperator" not in of_kind(overlay, "Kafka")["kafka"]["spec"]["entityOperator"]


def test_the_user_may_do_what_stages_and_topics_ensure_do_and_no_more(overlay):
    acls = of_kind(overlay, "KafkaUser")["newswire"]["spec"]["authorization"]["acls"]
    allowed = {(acl["resource"]["type"], acl["resource"].get("name")): set(acl["operations"]) for acl in acls}
    topics = {topic for node in STAGES.values() for topic in (*node.topics, *node.may_write)}
    ((prefix, operations),) = ((name, found) for (kind, name), found in allowed.items() if kind == "topic")
    assert all(topic.startswith(prefix) for topic in topics)
    assert operations == {"Create", "Describe", "DescribeConfigs", "Read", "Write"}
    groups = {name for kind, name in allowed if kind == "group"}
    assert groups == {node.group for node in STAGES.values() if node.reads}
    assert allowed["cluster", None] == {"Describe", "DescribeConfigs", "IdempotentWrite"}


def test_the_kafka_that_is_deployed_is_the_one_that_is_tested(overlay):
    named = ET.parse(POM).getroot().findall(".//dependency[artifactId='kafka_2.13']/version")
    tested = {version.text for version in named}
    assert {of_kind(overlay, "Kafka")["kafka"]["spec"]["kafka"]["version"]} == tested
    assert {services()["kafka"].raw["image"].partition(":")[2]} == tested


def test_pods_find_the_database_by_the_secret_that_cloudnativepg_makes(overlay):
    ((name, cluster),) = of_kind(overlay, "Cluster").items()
    for workload in workloads(overlay):
        if workload.labels.get("newswire/database"):
            assert (f"{name}-app", "uri") in workload.files.values()
    assert cluster["spec"]["bootstrap"]["initdb"]["database"] == "newswire"
    assert (cluster["spec"]["instances"] > 1) == ("synchronous" in cluster["spec"]["postgresql"])


def test_the_database_takes_a_connection_of_every_pod_and_of_a_roll_out():
    connections = int(
        of_kind("prod", "Cluster")["newswire-database"]["spec"]["postgresql"]["parameters"]["max_connections"]
    )
    pool = load({"HOME": "/"}).database.pool_size
    pods = [workload for workload in workloads("prod") if workload.labels.get("newswire/database")]
    assert connections > sum((workload.raw["spec"].get("replicas", 0) + 1) * pool for workload in pods) + 20


def test_every_stage_that_has_metrics_is_scraped_at_the_port_of_its_health_server():
    (endpoint,) = of_kind("prod", "PodMonitor")["newswire"]["spec"]["podMetricsEndpoints"]
    wanted = of_kind("prod", "PodMonitor")["newswire"]["spec"]["selector"]["matchLabels"]
    scraped = {
        pod.name for pod in workloads("prod") if wanted.items() <= pod.labels.items() and endpoint["port"] in pod.ports
    }
    assert {RUN_IN.get(stage, stage) for stage in METERED} <= scraped
    assert endpoint["path"] == "/metrics"


def test_the_operators_versions_stand_in_the_readme_of_the_manifests():
    text = (POM.parents[3] / "deploy" / "kubernetes" / "README.md").read_text()
    for operator in ("Strimzi", "CloudNativePG", "KEDA"):
        assert re.search(rf"{operator} \d+\.\d+", text), operator
