"""What containers are made of and told: docker-compose.yml, the Dockerfile and the runbook agree with newswire."""

import re
import shlex
from pathlib import Path

import pytest

from newswire import __version__
from newswire.assembly.pipeline import STAGES
from newswire.cli.commands import COMMANDS
from newswire.metrics.families import FAMILIES
from newswire.settings import ExtractSettings, describe, load
from support.compose import CLOSING_S, COMPOSE, DOCKERFILE, REST_BYTES, ROOT, VARIABLE, Image, services

SERVICES = services()
OURS = [service for service in SERVICES.values() if service.ours]
IMAGE = Image.read()
EXAMPLE = ROOT / "deploy" / "env.example"
RUNBOOK = ROOT / "deploy" / "README.md"


def ids(found):
    return [service.name for service in found]


def pins(lock):
    return set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("service", OURS, ids=ids(OURS))
def test_a_service_runs_a_command_that_there_is_with_settings_that_are_accepted(service):
    assert service.command[0] in COMMANDS
    settings = load(service.environment)
    assert settings.bus == ("kafka://kafka:9092" if "bus" in service.raw["networks"] else "database")
    assert (settings.kafka.replication, settings.kafka.min_insync) in {(1, 1), (3, 2)}
    assert settings.health.port == 8080


def test_every_stage_is_a_service():
    assert [service.command for service in OURS if service.is_stage] == [
        [name] for name in (*STAGES, "websub", "serve")
    ]


def test_what_hubs_have_to_reach_is_started_only_on_request_and_listens_where_its_port_leads():
    assert [service.name for service in OURS if "profiles" in service.raw] == ["websub", "serve"]
    websub = services({"WEBSUB_PORT": "18090"})["websub"]
    assert websub.raw["ports"] == [f"127.0.0.1:18090:{load(websub.environment).websub.port}"]
    assert load(websub.environment).websub.host == "0.0.0.0"


def test_what_readers_have_to_reach_asks_for_keys_and_listens_where_its_port_leads():
    serve = services({"SERVE_PORT": "18088"})["serve"]
    settings = load(serve.environment).serve
    assert serve.raw["ports"] == [f"127.0.0.1:18088:{settings.port}"]
    assert (settings.host, settings.with_keys) == ("0.0.0.0", True)


def test_topics_and_schema_are_there_before_a_stage_starts():
    def waits_for(name):
        return {other: how["condition"] for other, how in SERVICES[name].raw.get("depends_on", {}).items()}

    made = "service_completed_successfully"
    assert SERVICES["topics"].command == ["topics", "ensure"]
    assert SERVICES["migrate"].command == ["migrate"]
    assert waits_for("topics") == {"kafka": "service_healthy"}
    assert waits_for("migrate") == {"postgres": "service_healthy"}
    for service in OURS:
        if service.is_stage:
            wanted = {"topics": made} | ({"migrate": made} if "NEWSWIRE_STORE" in service.environment else {})
            assert waits_for(service.name) == wanted
    assert all("test" in SERVICES[name].raw["healthcheck"] for name in ("kafka", "postgres"))


def test_the_stage_that_reads_the_web_has_no_way_to_the_database():
    extract, postgres = SERVICES["extract"], SERVICES["postgres"]
    assert not set(extract.raw["networks"]) & set(postgres.raw["networks"])
    assert not any("postgres" in value for value in extract.environment.values())


@pytest.mark.parametrize("service", OURS, ids=ids(OURS))
def test_any_service_of_ours_can_be_started_several_times(service):
    fixed = {"container_name", "hostname", "volumes"} | (
        {"ports"} if service.name not in {"websub", "serve"} else set()
    )
    assert not fixed & service.raw.keys()


@pytest.mark.parametrize("service", OURS, ids=ids(OURS))
def test_nothing_but_temporary_files_can_be_written_and_no_right_is_kept(service):
    assert service.raw["read_only"] is True
    assert service.raw["tmpfs"] == ["/tmp"]
    assert service.raw["cap_drop"] == ["ALL"]
    assert service.raw["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service.raw
    assert "privileged" not in service.raw


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_is_given_the_time_to_finish_and_the_memory_that_its_workers_may_take(name):
    service = SERVICES[name]
    settings = load(service.environment)
    assert int(service.raw["stop_grace_period"].removesuffix("s")) >= settings.run.drain_s + CLOSING_S
    workers = settings.extract.processes or 0
    parses = name not in {"store", "drift"}
    assert bool(workers) == parses, "as many as the machine has would be more than the limit is for"
    assert service.memory_bytes >= REST_BYTES + workers * (settings.extract.memory_mb << 20)
    assert settings.extract.memory_mb == ExtractSettings().memory_mb


def test_the_broker_forgets_no_group_while_it_keeps_its_records_and_makes_no_topic_unasked():
    environment = SERVICES["kafka"].own_environment
    retention = load(SERVICES["topics"].environment).kafka.retention_days
    assert int(environment["KAFKA_OFFSETS_RETENTION_MINUTES"]) > retention * 24 * 60
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_broker_and_database_keep_their_data_in_volumes():
    kafka, postgres = SERVICES["kafka"], SERVICES["postgres"]
    assert kafka.raw["volumes"] == [f"kafka:{kafka.own_environment['KAFKA_LOG_DIRS']}"]
    assert postgres.raw["volumes"] == ["postgres:/var/lib/postgresql/data"]


def test_a_password_and_a_port_of_the_operators_reach_everyone_who_needs_them():
    told = services({"POSTGRES_PASSWORD": "s3cret", "KAFKA_PORT": "19094", "IMAGE": "registry.example/newswire:1"})
    assert told["postgres"].own_environment["POSTGRES_PASSWORD"] == "s3cret"
    for name in ("migrate", "poll", "store"):
        assert load(told[name].environment).store.get_secret_value() == "postgresql://newswire:s3cret@postgres/newswire"
    assert told["kafka"].raw["ports"] == ["127.0.0.1:19094:9094"]
    assert "OUTSIDE://localhost:19094" in told["kafka"].own_environment["KAFKA_ADVERTISED_LISTENERS"]
    assert {service.raw["image"] for service in told.values() if service.ours} == {"registry.example/newswire:1"}


def test_every_variable_has_a_default_and_stands_in_the_runbook():
    text = COMPOSE.read_text()
    named = {name for name, _ in VARIABLE.findall(text)}
    assert named == set(re.findall(r"\$\{?(\w+)", text))
    assert all(f"`{name}`" in RUNBOOK.read_text() for name in named)
    assert not any(name.startswith("NEWSWIRE_") for name in named), "newswire would take it for a setting"


def test_the_image_runs_newswire_without_rights_and_says_how_it_is():
    last = IMAGE.last
    assert last["ENTRYPOINT"] == '["newswire"]'
    assert int(last["USER"].split(":")[0]) > 0
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert "/livez" in IMAGE.healthcheck[-1]
    settings = load(IMAGE.environment)
    assert last["EXPOSE"] == str(settings.health.port)
    assert Path(last["WORKDIR"]) == settings.data_dir
    assert f'image.version="{__version__}"' in last["LABEL"]


def test_the_image_is_made_of_what_is_pinned():
    bases = {rest.split(" ")[0] for rest in IMAGE.all("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:\d+\.\d+-slim-\w+", bases.pop())
    installs = [
        words for words in map(shlex.split, IMAGE.all("RUN")) if "install" in words and "/build/bin/pip" in words
    ]
    for words in installs:
        if "-r" in words:
            assert {"--require-hashes", "--only-binary"} <= set(words)
        else:
            assert {"--no-deps", "--no-index"} <= set(words)
    locks = [words[words.index("-r") + 1] for words in installs if "-r" in words]
    assert locks == ["requirements.lock", "requirements-build.lock"]
    assert pins("deploy/requirements-build.lock") <= pins("requirements-dev.lock"), "make lock writes both"


def test_everything_the_image_copies_is_let_through_and_nothing_else():
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    copied = [source for rest in IMAGE.all("COPY") if "--from" not in rest for source in rest.split()[:-1]]
    assert rules == ["*", *(f"!{source}" for source in sorted(copied)), "**/__pycache__"]
    assert all((ROOT / source).exists() for source in copied)


def test_every_setting_of_the_example_is_accepted_and_a_mere_copy_of_it_changes_nothing():
    lines = EXAMPLE.read_text().splitlines()
    examples = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z]\w+=", line))
    assert len(examples) > 15
    assert len(load({**IMAGE.environment, **examples}).kafka_servers) == 3
    assert all(line.startswith("#") or not line for line in lines)
    assert not any(re.search(r"[\s'\"]", value) for value in examples.values()), "they would be part of the value"


def test_the_example_gives_the_defaults_where_there_are_any():
    defaults = {row.variable: row.default for row in describe()}
    shown = dict(re.findall(r"^#([A-Z]\w+)=(.*)", EXAMPLE.read_text(), re.MULTILINE))
    differing = {name for name, value in shown.items() if defaults[name] not in {value, ""}}
    assert differing == {"NEWSWIRE_BUS", "NEWSWIRE_STORE", "NEWSWIRE_KAFKA__SECURITY_PROTOCOL"}


@pytest.mark.parametrize("path", [EXAMPLE, COMPOSE, DOCKERFILE], ids=lambda path: path.name)
def test_every_setting_that_is_spoken_of_is_one(path):
    known = {row.variable for row in describe()}
    assert set(re.findall(r"NEWSWIRE_\w+", path.read_text())) <= known


def test_every_metric_of_the_runbook_is_one():
    told = set(re.findall(r"newswire_\w+", RUNBOOK.read_text().split("## What can be wrong")[1]))
    assert len(told) >= 8
    assert told <= {family.name for family in FAMILIES}
