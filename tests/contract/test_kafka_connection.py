"""How Kafka is spoken to: against a broker that asks for a password, and one that asks for a certificate."""

import asyncio
import uuid
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka.admin import AdminClient

from newswire.adapters.bus_kafka.admin import KafkaTopics
from newswire.adapters.bus_kafka.clients import SETTINGS
from newswire.adapters.bus_kafka.connection import client_arguments
from newswire.client import WireRefused, connect
from newswire.errors import UsageError
from newswire.kafka.refusal import refusal
from newswire.settings.kafka import KafkaSettings
from support.certificates import Authority
from support.commandline import CommandLine
from support.kafka import free_ports
from support.kafka_jars import NoKafkaError
from support.required import missing
from support.secured import PASSWORD, USER, secured_kafka
from support.waiting import eventually


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Certificates where there is no broker to show them to."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secured():
    try:
        with secured_kafka() as server:
            yield server
    except NoKafkaError as error:
        missing("Kafka", error)


@pytest.fixture(autouse=True)
async def settled():
    """TLS takes its leave before it closes a connection, and aiokafka does not wait for that."""
    yield
    watched = asyncio.get_running_loop()._selector.get_map()
    await eventually(lambda: len(watched) == 1, what="no connection but the event loop's own")


def by_password(secured, **other) -> dict:
    settings = {
        "security_protocol": "SASL_SSL",
        "sasl_username": USER,
        "sasl_password": PASSWORD,
        "ssl_ca_file": secured.authority.certificate,
        **other,
    }
    return client_arguments(KafkaSettings(**settings))


def by_certificate(secured, signer: Authority, *, password: str | None = None) -> dict:
    certificate, key = signer.sign(f"client-{uuid.uuid4().hex}", password=password)
    return client_arguments(
        KafkaSettings(
            security_protocol="SSL",
            ssl_ca_file=secured.authority.certificate,
            ssl_certificate_file=certificate,
            ssl_key_file=key,
            ssl_key_password=password,
        )
    )


async def there_and_back(address: str, arguments: dict) -> bytes:
    """What comes back of a record, from a topic that is made by being named."""
    topic = f"test.{uuid.uuid4().hex}.v1"
    async with AIOKafkaProducer(bootstrap_servers=address, **arguments) as producer:
        await producer.send_and_wait(topic, b"hello")
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=address, auto_offset_reset="earliest", **arguments
    ) as consumer:
        return (await consumer.getone()).value


async def test_records_travel_under_a_password_in_tls(secured):
    assert await there_and_back(secured.by_password, by_password(secured)) == b"hello"


async def test_records_travel_under_a_certificate_whose_key_is_encrypted(secured):
    arguments = by_certificate(secured, secured.authority, password="hunter2")
    assert await there_and_back(secured.by_certificate, arguments) == b"hello"


def test_the_default_is_no_security():
    assert client_arguments(KafkaSettings()) == {"security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (
            {"sasl_password": "wrong"},
            "does not accept NEWSWIRE_KAFKA__SASL_USERNAME with NEWSWIRE_KAFKA__SASL_PASSWORD",
        ),
        ({"sasl_username": "bob"}, "does not accept NEWSWIRE_KAFKA__SASL_USERNAME"),
        ({"sasl_mechanism": "PLAIN"}, "does not know NEWSWIRE_KAFKA__SASL_MECHANISM=PLAIN"),
        ({"ssl_ca_file": None}, "shows a certificate that is not trusted .* see NEWSWIRE_KAFKA__SSL_CA_FILE"),
    ],
)
async def test_a_broker_that_will_not_have_us_is_told_from_one_that_is_away(secured, other, told):
    admin = KafkaTopics([secured.by_password], arguments=by_password(secured, **other))
    with pytest.raises(UsageError, match=f"Kafka at {secured.by_password} {told}") as refused:
        await admin.found(["test"])
    assert "wrong" not in str(refused.value)
    await admin.close()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"sasl_password": "wrong"}, "does not accept sasl_plain_username with sasl_plain_password"),
        ({"ssl_ca_file": None}, "shows a certificate that is not trusted .* see ssl_context"),
    ],
)
async def test_the_client_is_refused_at_once_and_the_argument_named(secured, other, told):
    arguments = {"max_poll_records": 10, **by_password(secured, **other)}
    async with connect(f"kafka://{secured.by_password}", kafka=arguments) as wire:
        with pytest.raises(WireRefused, match=f"Kafka at {secured.by_password} {told}"):
            await anext(wire.changes())


async def test_a_certificate_for_another_host_is_not_trusted(secured):
    there = secured.by_password.replace("localhost", "127.0.0.1")
    assert "IP address mismatch" in str(await refusal([there], by_password(secured), SETTINGS))


async def test_a_broker_that_asks_for_a_certificate_refuses_none_and_a_strangers(secured):
    none = client_arguments(KafkaSettings(security_protocol="SSL", ssl_ca_file=secured.authority.certificate))
    for arguments in (none, by_certificate(secured, secured.stranger)):
        assert "NEWSWIRE_KAFKA__SSL_CERTIFICATE_FILE" in str(
            await refusal([secured.by_certificate], arguments, SETTINGS)
        )


async def test_the_wrong_protocol_is_named_where_the_answer_gives_it_away(secured):
    plain = {"security_protocol": "PLAINTEXT"}
    told = await refusal([secured.by_password], plain, SETTINGS)
    assert told is not None
    assert "speaks TLS: NEWSWIRE_KAFKA__SECURITY_PROTOCOL=PLAINTEXT" in told
    user = by_password(secured, security_protocol="SASL_PLAINTEXT", ssl_ca_file=None)
    told = await refusal([secured.kafka.address], user, SETTINGS)
    assert told is not None
    assert "SECURITY_PROTOCOL=SASL_PLAINTEXT is not what it speaks" in told


async def test_a_broker_that_is_away_or_takes_us_refuses_nothing(secured):
    arguments = by_password(secured)
    away = f"127.0.0.1:{free_ports(1)[0]}"
    assert await refusal([away], arguments, SETTINGS) is None
    assert await refusal([away, secured.by_password], arguments, SETTINGS) is None


async def test_asking_for_topics_makes_none_where_brokers_make_what_is_named(secured):
    topic = f"test.{uuid.uuid4().hex}.v1"
    admin = KafkaTopics([secured.by_password], arguments=by_password(secured))
    assert await admin.found([topic]) == {}
    assert (await admin.cluster()).brokers == 1
    await admin.close()
    other = {
        "bootstrap.servers": secured.by_password,
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "SCRAM-SHA-512",
        "sasl.username": USER,
        "sasl.password": PASSWORD,
        "ssl.ca.location": str(secured.authority.certificate),
    }
    assert topic not in AdminClient(other).list_topics(timeout=30).topics


def test_the_command_line_ends_with_a_sentence_when_the_password_is_wrong(secured, tmp_path):
    newswire = CommandLine(tmp_path).having(
        BUS=f"kafka://{secured.by_password}",
        KAFKA__SECURITY_PROTOCOL="SASL_SSL",
        KAFKA__SASL_USERNAME=USER,
        KAFKA__SASL_PASSWORD="wrong-one",
        KAFKA__SSL_CA_FILE=str(secured.authority.certificate),
    )
    said = newswire("topics", "ensure", code=2).err
    assert len(said.splitlines()) == 1
    assert "NEWSWIRE_KAFKA__SASL_PASSWORD" in said
    assert "wrong-one" not in said


@pytest.fixture
def files(authority, tmp_path) -> dict[str, Path]:
    certificate, key = authority.sign("own")
    locked_certificate, locked_key = authority.sign("locked", password="hunter2")
    (tmp_path / "text.pem").write_text("hello")
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    return {
        "ca": authority.certificate,
        "own": certificate,
        "key": key,
        "locked": locked_certificate,
        "locked key": locked_key,
        "both": both,
        "text": tmp_path / "text.pem",
        "none": tmp_path / "none.pem",
        "folder": tmp_path,
    }


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"ssl_ca_file": "none"}, "SSL_CA_FILE: cannot read .*none.pem: No such file"),
        ({"ssl_ca_file": "folder"}, "SSL_CA_FILE: cannot read .*: Is a directory"),
        ({"ssl_ca_file": "text"}, "SSL_CA_FILE: .*text.pem holds no certificate in PEM"),
        ({"ssl_certificate_file": "none"}, "SSL_CERTIFICATE_FILE: cannot read"),
        ({"ssl_certificate_file": "own", "ssl_key_file": "none"}, "SSL_KEY_FILE: cannot read"),
        ({"ssl_certificate_file": "own", "ssl_key_file": "text"}, "not a certificate and its key"),
        ({"ssl_certificate_file": "own"}, "not a certificate and its key"),
        ({"ssl_certificate_file": "text", "ssl_key_file": "key"}, "not a certificate and its key"),
        ({"ssl_certificate_file": "own", "ssl_key_file": "locked key"}, "SSL_KEY_PASSWORD is not"),
        ({"ssl_certificate_file": "locked", "ssl_key_file": "key"}, "SSL_KEY_FILE: .*own.key is not the key of"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_with_its_setting(files, chosen, told):
    with pytest.raises(UsageError, match=f"NEWSWIRE_KAFKA__.*{told}"):
        client_arguments(KafkaSettings(security_protocol="SSL", **{k: files[name] for k, name in chosen.items()}))


def test_a_wrong_key_password_is_told_without_showing_it(files):
    with pytest.raises(UsageError, match="NEWSWIRE_KAFKA__SSL_KEY_PASSWORD") as refused:
        client_arguments(
            KafkaSettings(
                security_protocol="SSL",
                ssl_certificate_file=files["locked"],
                ssl_key_file=files["locked key"],
                ssl_key_password="wrong-one",
            )
        )
    assert "wrong-one" not in str(refused.value)


def test_one_file_may_hold_the_certificate_and_its_key(files):
    arguments = client_arguments(KafkaSettings(security_protocol="SSL", ssl_certificate_file=files["both"]))
    assert arguments["ssl_context"].check_hostname
