"""Settings of the log in Kafka: its topics, its waits, and the way to the brokers."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from newswire.settings.agreement import disagreement
from newswire.settings.group import Count, Group, Seconds


class KafkaSettings(Group):
    """The log in Kafka; used when the bus is `kafka://…`."""

    model_config = ConfigDict(validate_default=True)

    partitions: Count = Field(default=12, description="Partitions of a topic that `newswire topics ensure` creates.")
    replication: Count = Field(default=3, description="The number of brokers that hold a copy of a topic.")
    min_insync: Count = Field(
        default=2, description="The number of copies that must have a record before it counts as published."
    )
    retention_days: Seconds = Field(default=14, description="Days for which Kafka keeps records, read or not.")
    send_timeout_s: Seconds = Field(
        default=30, description="Seconds after which a publish without an answer is repeated."
    )
    session_timeout_s: Seconds = Field(
        default=30, description="Seconds of silence after which a consumer loses its partitions."
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="The protocol of the connection to the brokers."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="How the user authenticates, with SASL_PLAINTEXT and SASL_SSL."
    )
    sasl_username: str | None = Field(default=None, description="The user name, with SASL_PLAINTEXT and SASL_SSL.")
    sasl_password: SecretStr | None = Field(default=None, description="The user's password; never shown.")
    ssl_ca_file: Path | None = Field(
        default=None,
        description="PEM file of the authorities that sign the brokers' certificates; by default the system's.",
    )
    ssl_certificate_file: Path | None = Field(
        default=None, description="PEM file of newswire's own certificate and its chain, for brokers that ask for one."
    )
    ssl_key_file: Path | None = Field(default=None, description="PEM file of that certificate's key.")
    ssl_key_password: SecretStr | None = Field(
        default=None, description="The password that encrypts the key; never shown."
    )

    @field_validator("*")
    @classmethod
    def _agrees_with_those_before(cls, value: object, info: ValidationInfo) -> object:
        if problem := disagreement(info.field_name or "", value, info.data):
            raise ValueError(problem)
        return value
