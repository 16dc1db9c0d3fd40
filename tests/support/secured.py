"""A broker that asks who one is: by user and password (SCRAM-SHA-512 in TLS), or by certificate (mutual TLS).

It makes a topic that is named and not there, as brokers do unless they are told otherwise.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from support.certificates import Authority
from support.kafka import Kafka

USER: Final = "ana"
PASSWORD: Final = "correct horse battery staple"
SCRAM: Final = "SCRAM-SHA-512"
_SCRAM_LOGIN: Final = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


@dataclass(frozen=True)
class SecuredKafka:
    """The broker, and what its clients need."""

    kafka: Kafka
    authority: Authority
    stranger: Authority
    """Nobody there has heard of it."""
    by_password: str
    """host:port"""
    by_certificate: str


@contextmanager
def secured_kafka() -> Iterator[SecuredKafka]:
    """One broker, stopped at the end. Raises as `Kafka.start_new` does."""
    with tempfile.TemporaryDirectory(prefix="newswire-tls-") as folder:
        authority, stranger = Authority(Path(folder)), Authority(Path(folder), "stranger")
        store = _store(authority, Path(folder))
        listeners = {"PASSWORD": "SASL_SSL", "CERTIFICATE": "SSL"}
        settings = {
            "auto.create.topics.enable": "true",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(store),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(authority.certificate),
            "listener.name.password.sasl.enabled.mechanisms": SCRAM,
            f"listener.name.password.{SCRAM.lower()}.sasl.jaas.config": _SCRAM_LOGIN,
            "listener.name.certificate.ssl.client.auth": "required",
        }
        users = ("--add-scram", f'{SCRAM}=[name="{USER}",password="{PASSWORD}"]')
        kafka = Kafka.start_new(listeners=listeners, settings=settings, formatting=users)
        try:
            yield SecuredKafka(kafka, authority, stranger, *(kafka.listeners[name] for name in listeners))
        finally:
            kafka.stop()


def _store(authority: Authority, folder: Path) -> Path:
    """The broker's key and certificate in one file, as Kafka reads them (KIP-651)."""
    certificate, key = authority.sign("broker")
    store = folder / "store.pem"
    store.write_text(key.read_text() + certificate.read_text())
    return store
