"""The tests' own Postgres and Kafka: a missing one is a skip, one that does not start is a failure with its log."""

from pathlib import Path

import pytest

from support import unprivileged
from support.kafka import Kafka, KafkaFailedError
from support.kafka_jars import NoKafkaError, classpath
from support.postgres import NoPostgresError, Postgres, PostgresFailedError
from support.required import missing

BROKEN = "echo broken on purpose >&2; exit 3"
WRITES_A_CLASSPATH = 'for each in "$@"; do case $each in -Dmdep.outputFile=*) echo x.jar > "${each#*=}";; esac; done'


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def tools(tmp_path, monkeypatch) -> Path:
    """The only folder on the PATH; it is empty."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_postgres_without_its_binaries_is_missing(tmp_path):
    with pytest.raises(NoPostgresError, match="without its binaries"):
        Postgres.start_new(package=tmp_path)


def test_a_postgres_that_is_there_and_does_not_start_is_a_failure_with_what_it_said(tmp_path):
    installed = tmp_path / "pginstall1"
    for name in ("initdb", "postgres"):
        program(installed / "bin" / name, BROKEN)
    for name in ("lib", "share"):
        (installed / name).mkdir()
    with pytest.raises(PostgresFailedError, match="broken on purpose"):
        Postgres.start_new(package=tmp_path)


@pytest.mark.parametrize("there", [(), ("java",), ("mvn",)])
def test_a_kafka_without_java_or_maven_is_missing(tools, there):
    for name in there:
        program(tools / name, "exit 0")
    with pytest.raises(NoKafkaError, match="is not installed"):
        Kafka.start_new(jars_kept_in=tools)


def test_a_kafka_of_which_the_jars_are_missing_is_missing(tools):
    program(tools / "java", "exit 0")
    program(tools / "mvn", "echo no such jar; exit 1")
    with pytest.raises(NoKafkaError, match="no such jar"):
        Kafka.start_new(jars_kept_in=tools)


def test_a_kafka_that_is_there_and_does_not_start_is_a_failure_with_what_it_said(tools):
    program(tools / "java", BROKEN)
    program(tools / "mvn", WRITES_A_CLASSPATH)
    with pytest.raises(KafkaFailedError, match="broken on purpose"):
        Kafka.start_new(jars_kept_in=tools)


def test_maven_is_asked_for_the_jars_again_only_when_one_is_gone(tools):
    jar = program(tools / "one.jar", "")
    program(tools / "java", "exit 0")
    program(tools / "mvn", WRITES_A_CLASSPATH.replace("x.jar", str(jar)))
    assert classpath(tools) == str(jar)
    program(tools / "mvn", "echo no such jar; exit 1")
    assert classpath(tools) == str(jar)
    jar.unlink()
    with pytest.raises(NoKafkaError, match="no such jar"):
        classpath(tools)


def test_a_missing_tool_is_a_skip_with_its_reason_and_a_failure_where_it_is_required(monkeypatch):
    monkeypatch.delenv("NEWSWIRE_REQUIRE_KAFKA", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Kafka: java is not installed"):
        missing("Kafka", "java is not installed")
    monkeypatch.setenv("NEWSWIRE_REQUIRE_KAFKA", "1")
    with pytest.raises(pytest.fail.Exception, match="java is not installed"):
        missing("Kafka", "java is not installed")


@pytest.mark.skipif(not unprivileged.needed() or unprivileged.missing() is not None, reason="needs root, and `nobody`")
class TestBelowAFolderThatOnlyRootMayEnter:
    @pytest.fixture
    def private(self, tmp_path):
        folder = tmp_path / "private"
        folder.mkdir(mode=0o700)
        return folder

    @pytest.mark.parametrize("mode", [0o755, 0o700])
    def test_programs_are_linked_or_copied_to_where_the_other_user_reaches_them(self, private, mode):
        original = program(private / "bin" / "tool", "exit 0")
        original.chmod(mode)
        assert not unprivileged.can_run(original)
        folder = unprivileged.new_folder("newswire-test-")
        try:
            unprivileged.link_tree(private / "bin", folder / "bin")
            assert unprivileged.can_run(folder / "bin" / "tool")
            assert original.stat().st_mode & 0o777 == mode, "the original stays as it was"
        finally:
            (folder / "bin" / "tool").unlink()
            (folder / "bin").rmdir()
            folder.rmdir()

    def test_a_temporary_folder_that_the_other_user_cannot_enter_is_passed_over(self, private):
        folder = unprivileged.new_folder("newswire-test-", [str(private), "/tmp"])
        folder.rmdir()
        assert folder.parent == Path("/tmp")
        assert not list(private.iterdir())
        with pytest.raises(OSError, match="can enter no temporary folder"):
            unprivileged.new_folder("newswire-test-", [str(private)])
