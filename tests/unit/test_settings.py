"""Settings: one pure function from an environment."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from newswire import __version__
from newswire.errors import UsageError
from newswire.settings import Settings, describe, load, markdown
from newswire.settings.renamed import RENAMED
from newswire.stages.limits import FEED_SETTING, PAGE_SETTING, TIME_SETTING

HOME = {"HOME": "/home/ana"}


def loaded(**variables: str) -> Settings:
    return load({**HOME, **{f"NEWSWIRE_{name}": value for name, value in variables.items()}})


def test_an_empty_environment_gives_the_documented_defaults():
    settings = load(HOME)
    assert settings.data_dir == Path("/home/ana/.local/share/newswire")
    assert settings.store.get_secret_value() == "sqlite:////home/ana/.local/share/newswire/newswire.db"
    assert (settings.bus, settings.kafka_servers) == ("database", ())
    assert settings.fetch.agent == f"newswire/{__version__}"
    assert settings.fetch.allow_private_addresses is False
    assert settings.extract.processes is None
    assert settings.extract.retry_delays_s == (60, 600, 7200)


def test_every_kind_of_value_is_read():
    settings = loaded(
        FETCH__ALLOW_PRIVATE_ADDRESSES="true",
        FETCH__HOST_INTERVAL_S="0",
        FETCH__CONTACT="https://desk.example/bot",
        EXTRACT__PROCESSES="3",
        EXTRACT__RETRY_DELAYS_S="0.1, 2,3",
        FETCH__SHARED_LIMIT_DOMAINS="blogs.example, co.example.org",
        BUS="kafka://one:9092,two.example:9093",
        LOG__FORMAT="console",
    )
    assert settings.fetch.allow_private_addresses is True
    assert settings.fetch.host_interval_s == 0
    assert settings.fetch.agent == f"newswire/{__version__} (+https://desk.example/bot)"
    assert settings.extract.processes == 3
    assert settings.extract.retry_delays_s == (0.1, 2, 3)
    assert settings.fetch.shared_limit_domains == ("blogs.example", "co.example.org")
    assert settings.kafka_servers == ("one:9092", "two.example:9093")
    assert settings.log.format == "console"


@pytest.mark.parametrize(
    ("name", "absurd", "sensible"),
    [
        ("EXTRACT__MEMORY_MB", ["10", "256", "99999999999"], ["512", "4096"]),
        ("EXTRACT__DEADLINE_S", ["0.001", "1e9"], ["1", "120"]),
        ("EXTRACT__PROCESSES", ["0", "100000"], ["1", "64"]),
        ("EXTRACT__RETRY_DELAYS_S", ["1,2,1e30", "0,1,2"], ["0.1,1,86400"]),
        ("FETCH__TIMEOUT_S", ["0.001", "1e9"], ["1", "60"]),
        ("FETCH__FEED_MAX_BYTES", ["10"], ["10000"]),
        ("FETCH__PAGE_MAX_BYTES", ["10"], ["10000"]),
        ("FETCH__HOST_INTERVAL_S", ["-1", "1e12"], ["0", "30"]),
        ("POLL__INTERVAL_S", ["1e12"], ["86400"]),
        ("POLL__MAX_INTERVAL_S", ["59"], ["60"]),
        ("POLL__LEASE_S", ["0.01"], ["1"]),
        ("DUPLICATES__WINDOW_DAYS", ["367"], ["366"]),
        ("POLL__TICK_S", ["0.0001", "1e6"], ["0.05", "60"]),
    ],
)
def test_a_value_with_which_nothing_would_work_is_refused(name, absurd, sensible):
    for value in absurd:
        with pytest.raises(UsageError, match=f"NEWSWIRE_{name}"):
            loaded(**{name: value})
    for value in sensible:
        loaded(**{name: value})


def test_the_refusal_of_too_little_memory_names_the_least_that_works():
    with pytest.raises(UsageError, match=r"512.*a worker has some 240"):
        loaded(EXTRACT__MEMORY_MB="10")


def test_the_process_environment_is_not_looked_at():
    os.environ["NEWSWIRE_POLL__BATCH"] = "7"
    try:
        assert load(HOME).poll.batch == 100
    finally:
        del os.environ["NEWSWIRE_POLL__BATCH"]


def test_what_is_loaded_cannot_be_changed():
    settings = load(HOME)
    with pytest.raises(ValidationError):
        settings.bus = "kafka://x:1"
    with pytest.raises(ValidationError):
        settings.poll.batch = 1


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"XDG_DATA_HOME": "/xdg"}, "/xdg/newswire"),
        ({"XDG_DATA_HOME": "relative", **HOME}, "/home/ana/.local/share/newswire"),
        ({"NEWSWIRE_DATA_DIR": "/data"}, "/data"),
    ],
)
def test_the_database_file_goes_to_the_data_folder(environ, expected):
    settings = load(environ)
    assert settings.data_dir == Path(expected)
    assert settings.store.get_secret_value() == f"sqlite:///{expected}/newswire.db"


def test_without_a_home_the_operator_is_told_what_to_set():
    with pytest.raises(UsageError, match="NEWSWIRE_DATA_DIR"):
        load({})


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("NEWSWIRE_FETCH__HOST_INTERVAL", "NEWSWIRE_FETCH__HOST_INTERVAL_S"),
        ("NEWSWIRE_FETCH_CONTACT", "NEWSWIRE_FETCH__CONTACT"),
        ("NEWSWIRE_DATADIR", "NEWSWIRE_DATA_DIR"),
        ("NEWSWIRE_bus", "NEWSWIRE_BUS"),
        ("NEWSWIRE_POLL", "NEWSWIRE_POLL__"),
        ("NEWSWIRE_STORE__URL", "NEWSWIRE_STORE"),
        ("NEWSWIRE_STORE__BATCH", "NEWSWIRE_STORE_STAGE__BATCH"),
        ("NEWSWIRE_SERVER__PORT", "NEWSWIRE_SERVE__PORT"),
    ],
)
def test_an_unknown_variable_is_an_error_that_names_the_nearest_setting(variable, meant):
    with pytest.raises(UsageError, match=rf"{variable} is not a setting; did you mean {meant}"):
        load({**HOME, variable: "1"})


@pytest.mark.parametrize(
    "variable",
    [
        "NEWSWIRE_TEST_KAFKA",
        "NEWSWIRE_REQUIRE_KAFKA",
        "NEWSWIRE_CORPUS",
        "NEWSWIRE_SERVICE_HOST",
        "NEWSWIRE_PORT",
        "NEWSWIRE_SERVE_SERVICE_PORT_HTTP",
        "NEWSWIRE_SERVE_PORT_8080_TCP_ADDR",
        "OTHER_BATCH",
    ],
)
def test_what_the_tests_and_kubernetes_set_is_not_ours(variable):
    assert load({**HOME, variable: "x"}) == load(HOME)


@given(st.sampled_from([row.variable for row in describe()]))
def test_a_variable_set_to_nothing_is_not_set(variable):
    assert load({**HOME, variable: ""}) == load(HOME)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("POLL__BATCH", "0", "greater than or equal to 1"),
        ("POLL__BATCH", "many", "valid integer"),
        ("POLL__INTERVAL_S", "inf", "finite"),
        ("FETCH__OBEY_ROBOTS", "perhaps", "valid boolean"),
        ("FETCH__USER_AGENT", "a\r\nX-Evil: 1", "pattern"),
        ("FETCH__CONTACT", "a b", "pattern"),
        ("LOG__LEVEL", "INFO", "'debug', 'info', 'warning' or 'error'"),
        ("EXTRACT__RETRY_DELAYS_S", "60,600", "comma-separated"),
        ("FETCH__SHARED_LIMIT_DOMAINS", "https://a.example", "comma-separated"),
        ("FETCH__SHARED_LIMIT_DOMAINS", "com", "comma-separated"),
        ("EXTRACT__RETRY_DELAYS_S", "60,600,soon", "comma-separated"),
        ("BUS", "kafka://one", "kafka://host:port"),
        ("BUS", "rabbit://x:1", "kafka://host:port"),
        ("STORE", "mysql://u:p@h/d", "sqlite:///path or postgresql://"),
        ("STORE", "sqlite:///", "sqlite:///path or postgresql://"),
    ],
)
def test_a_bad_value_is_an_error_that_names_the_variable_and_what_it_takes(variable, value, said):
    with pytest.raises(UsageError) as refused:
        loaded(**{variable: value})
    assert f"NEWSWIRE_{variable}: " in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "said", "others"),
    [
        ("MIN_INSYNC", "2 is more than the copies there are: NEWSWIRE_KAFKA__REPLICATION is 1", {"REPLICATION": "1"}),
        ("SASL_USERNAME", "has to be set with NEWSWIRE_KAFKA__SECURITY_PROTOCOL=SASL_SSL",
         {"SECURITY_PROTOCOL": "SASL_SSL", "SASL_PASSWORD": "hunter2"}),
        ("SASL_PASSWORD", "has to be set with", {"SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_USERNAME": "ana"}),
        ("SASL_PASSWORD", "has no use with NEWSWIRE_KAFKA__SECURITY_PROTOCOL=PLAINTEXT: is SASL_SSL meant?",
         {"SASL_PASSWORD": "hunter2"}),
        ("SASL_USERNAME", "has no use with NEWSWIRE_KAFKA__SECURITY_PROTOCOL=SSL",
         {"SECURITY_PROTOCOL": "SSL", "SASL_USERNAME": "ana"}),
        ("SSL_CA_FILE", "has no use with NEWSWIRE_KAFKA__SECURITY_PROTOCOL=PLAINTEXT", {"SSL_CA_FILE": "ca.pem"}),
        ("SSL_CERTIFICATE_FILE", "has no use with", {"SSL_CERTIFICATE_FILE": "own.pem"}),
        ("SSL_KEY_FILE", "has no use without NEWSWIRE_KAFKA__SSL_CERTIFICATE_FILE",
         {"SECURITY_PROTOCOL": "SSL", "SSL_KEY_FILE": "own.key"}),
        ("SSL_KEY_PASSWORD", "has no use without", {"SECURITY_PROTOCOL": "SSL", "SSL_KEY_PASSWORD": "hunter2"}),
    ],
)  # fmt: skip
def test_kafka_settings_that_contradict_each_other_are_an_error(variable, said, others):
    with pytest.raises(UsageError) as refused:
        loaded(**{f"KAFKA__{name}": value for name, value in others.items()})
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"NEWSWIRE_KAFKA__{variable}: ")
    assert said in line
    assert "hunter2" not in line


def test_kafka_settings_that_agree_are_taken():
    single = loaded(KAFKA__REPLICATION="1", KAFKA__MIN_INSYNC="1").kafka
    assert (single.replication, single.min_insync) == (1, 1)
    security = {"SASL_USERNAME": "ana", "SASL_PASSWORD": "hunter2", "SSL_CA_FILE": "ca.pem"}
    own = {"SSL_CERTIFICATE_FILE": "own.pem", "SSL_KEY_FILE": "own.key", "SSL_KEY_PASSWORD": "hunter2"}
    secured = loaded(
        **{f"KAFKA__{name}": value for name, value in {"SECURITY_PROTOCOL": "SASL_SSL", **security, **own}.items()}
    )
    assert secured.kafka.sasl_password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(secured)


def test_a_setting_is_not_held_against_one_that_was_refused_itself():
    with pytest.raises(UsageError) as refused:
        loaded(KAFKA__REPLICATION="x", KAFKA__SECURITY_PROTOCOL="tls", KAFKA__SSL_CA_FILE="ca.pem")
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "NEWSWIRE_KAFKA__REPLICATION",
        "NEWSWIRE_KAFKA__SECURITY_PROTOCOL",
    ]


def test_every_bad_value_is_told_at_once():
    with pytest.raises(UsageError) as refused:
        loaded(POLL__BATCH="0", DEAD__LIMIT="x")
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ana:hunter2@db/news", "postgresql://ana:***@db/news"),
        ("postgresql://ana:hunter2@x@db/news", "postgresql://ana:***@db/news"),
        ("postgresql://ana:hunter2/#?@db:5432/news", "postgresql://ana:***@db:5432/news"),
        ("postgresql://:hunter2@db/news", "postgresql://:***@db/news"),
        ("postgresql://db/news?user=ana&password=hunter2&sslmode=require",
         "postgresql://db/news?user=ana&password=***&sslmode=require"),
        ("postgresql://ana@db/news?sslpassword=hunter2", "postgresql://ana@db/news?sslpassword=***"),
        ("postgresql://ana@db/news", "postgresql://ana@db/news"),
        ("postgresql://db:5432/news", "postgresql://db:5432/news"),
        ("sqlite:////data/newswire.db", "sqlite:////data/newswire.db"),
    ],
)  # fmt: skip
def test_a_password_is_shown_nowhere(url, shown):
    settings = loaded(STORE=url)
    assert settings.store.get_secret_value() == url
    assert str(settings.store) == shown
    for rendering in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert shown in rendering
        assert "hunter2" not in rendering


def test_a_refused_store_does_not_show_its_password():
    with pytest.raises(UsageError) as refused:
        loaded(STORE="mysql://ana:hunter2@db/news")
    assert "hunter2" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_every_setting_is_described_and_loads_under_its_variable():
    rows = describe()
    assert len({row.variable for row in rows}) == len(rows)
    for row in rows:
        assert len(row.description) > 20
        assert row.variable in markdown()
        if row.default and "data" not in row.variable.lower() and row.variable != "NEWSWIRE_STORE":
            assert load({**HOME, row.variable: row.default}) == load(HOME)


def test_every_setting_that_a_message_names_is_one():
    """In the whole source: an error about a limit that named an unknown setting would mislead."""
    named = {
        name
        for path in (Path(__file__).parents[2] / "services").rglob("*.py")
        for name in re.findall(r"NEWSWIRE_[A-Z]+__[A-Z0-9_]*[A-Z]", path.read_text())
    }
    assert {FEED_SETTING, PAGE_SETTING, TIME_SETTING} <= named
    assert named <= {row.variable for row in describe()} | RENAMED.keys()
