"""How the brokers are spoken to: the security arguments of every client of Kafka, from the settings."""

import logging
import ssl
from pathlib import Path
from typing import Any, Final

from newswire.errors import UsageError
from newswire.settings.kafka import KafkaSettings

_KAFKA: Final = "NEWSWIRE_KAFKA__"

# Where nobody set logging up, Python prints what aiokafka logs; a command says itself what is wrong.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())


def client_arguments(kafka: KafkaSettings) -> dict[str, Any]:
    """The keyword arguments about security that every client of aiokafka takes. Reads the PEM files, once.

    Raises `UsageError`, which names the variable, for a file that cannot be read or is not what it should be.
    """
    arguments: dict[str, Any] = {"security_protocol": kafka.security_protocol}
    if kafka.security_protocol in {"SSL", "SASL_SSL"}:
        arguments["ssl_context"] = _ssl_context(kafka)
    if kafka.security_protocol in {"SASL_PLAINTEXT", "SASL_SSL"}:
        password = kafka.sasl_password
        arguments |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.sasl_username,
            "sasl_plain_password": None if password is None else password.get_secret_value(),
        }
    return arguments


def _ssl_context(kafka: KafkaSettings) -> ssl.SSLContext:
    """Certificates are always checked, and that they are for the host that was asked."""
    _readable("SSL_CA_FILE", kafka.ssl_ca_file)
    _readable("SSL_CERTIFICATE_FILE", kafka.ssl_certificate_file)
    _readable("SSL_KEY_FILE", kafka.ssl_key_file)
    try:
        context = ssl.create_default_context(cafile=kafka.ssl_ca_file)
    except ssl.SSLError:
        raise UsageError(f"{_KAFKA}SSL_CA_FILE: {kafka.ssl_ca_file} holds no certificate in PEM") from None
    if kafka.ssl_certificate_file is not None:
        _show_ours(context, kafka, kafka.ssl_certificate_file)
    return context


def _show_ours(context: ssl.SSLContext, kafka: KafkaSettings, certificate: Path) -> None:
    password = "" if kafka.ssl_key_password is None else kafka.ssl_key_password.get_secret_value()
    key = kafka.ssl_key_file or certificate
    try:
        # Without a password OpenSSL would ask the terminal for one, and a service for ever.
        context.load_cert_chain(certificate, key, password=lambda: password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise UsageError(f"{_KAFKA}SSL_KEY_FILE: {key} is not the key of {certificate}") from None
        raise UsageError(
            f"{_KAFKA}SSL_CERTIFICATE_FILE: {certificate} and {key} are not a certificate and its key in PEM, "
            f"or {_KAFKA}SSL_KEY_PASSWORD is not the key's password"
        ) from None


def _readable(name: str, path: Path | None) -> None:
    """OpenSSL does not say which of its files is missing."""
    if path is None:
        return
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{_KAFKA}{name}: cannot read {path}: {error.strerror}") from None
