"""Every setting as frozen groups: its type, its default, and what it is in one sentence."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, Secret, SecretStr, ValidationInfo, field_validator

from newswire import __version__
from newswire.settings.agreement import disagreement
from newswire.settings.group import Count, Group, Seconds
from newswire.settings.listening import HealthSettings, WebSubSettings
from newswire.settings.logs import LogSettings
from newswire.settings.shared_limits import SHARED_LIMITS

Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


def _parts(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class StoreUrl(Secret[str]):
    """A database URL that shows everything but its password; ``get_secret_value()`` has it whole."""

    def _display(self) -> str:
        shown = re.sub(r"^(\w[\w+.-]*://[^:/?#]*):.*@", r"\1:***@", self.get_secret_value())
        return re.sub(r"([?&]\w*password=)[^&]*", r"\1***", shown)


class FetchSettings(Group):
    """How the web is asked."""

    user_agent: str = Field(
        default=f"newswire/{__version__}",
        pattern=r"^[ -~]+$",
        description="Who asks, in the User-Agent header of every request and towards robots.txt.",
    )
    contact: str | None = Field(
        default=None,
        pattern=r"^[!-~]+$",
        description="A URL or an e-mail address where publishers reach you; sent as (+contact) behind the user agent.",
    )
    allow_private_addresses: bool = Field(
        default=False, description="Fetch from loopback, private and link-local addresses too; for tests and the demo."
    )
    host_interval_s: float = Field(
        default=1.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds between two requests to one registrable domain (an IP address is its own).",
    )
    host_concurrency: Count = Field(default=2, description="Requests at once to one registrable domain.")
    concurrency: Count = Field(default=64, description="Requests at once in all, per process.")
    timeout_s: Seconds = Field(default=30, description="Seconds for one fetch, redirects and the whole body included.")
    feed_max_bytes: Count = Field(default=10_000_000, description="The largest feed that is read, decompressed.")
    page_max_bytes: Count = Field(default=5_000_000, description="The largest page that is read, decompressed.")
    obey_robots: bool = Field(default=True, description="Ask robots.txt before a page is fetched, and obey.")
    insecure_redirects: Literal["refuse", "follow"] = Field(
        default="refuse",
        description="After a redirect from https to http, where the same address cannot be fetched by https: "
        "refuse it, or follow it and flag the answer as insecure.",
    )
    shared_limit_domains: Annotated[tuple[Domain, ...], BeforeValidator(_parts)] | None = Field(
        default=None,
        description="Domains that limit all their hosts as one, comma-separated: a 429 of one host holds them all. "
        "By default the blog platforms that newswire knows.",
    )

    @property
    def held_as_one(self) -> frozenset[str]:
        """The domains whose hosts one 429 holds together."""
        return frozenset(SHARED_LIMITS if self.shared_limit_domains is None else self.shared_limit_domains)

    @property
    def agent(self) -> str:
        """The whole User-Agent header."""
        return self.user_agent if self.contact is None else f"{self.user_agent} (+{self.contact})"


class PollSettings(Group):
    """How feeds are polled."""

    batch: Count = Field(default=100, description="Feeds claimed at once.")
    concurrency: Count = Field(default=128, description="Feeds polled at once, per process.")
    interval_s: Seconds = Field(
        default=900, description="Seconds between two polls of a feed of which nothing is known yet."
    )
    min_interval_s: Annotated[Seconds, Field(le=86_400)] = Field(
        default=60, description="Seconds between two polls of one feed, at least."
    )
    max_interval_s: Annotated[Seconds, Field(le=604_800)] = Field(
        default=86_400, description="Seconds between two polls of a feed that answers, at most."
    )
    obey_robots: bool = Field(
        default=False, description="Ask robots.txt before a feed is polled too; by default a subscription is a wish."
    )
    lease_s: Seconds = Field(default=300, description="Seconds for which a claimed feed is left to its poller.")
    tick_s: Seconds = Field(
        default=1, description="Seconds between two looks at a schedule on which nothing is due, at most."
    )


class ExtractSettings(Group):
    """How pages become articles."""

    processes: Count | None = Field(
        default=None, description="Worker processes; by default the CPUs that this process may use."
    )
    deadline_s: Seconds = Field(default=20, description="Seconds for one page, then its worker is killed.")
    memory_mb: Count = Field(
        default=1024,
        description="Private writable memory that a worker process may have while it works on a page, in MiB "
        "(RLIMIT_DATA on Linux). A page that needs more is rejected as too-big.",
    )
    max_tasks: Count = Field(default=1000, description="Pages after which a worker process is replaced.")
    window: Count = Field(default=512, description="Entries in flight per partition before it is paused.")
    retry_delays_s: Annotated[tuple[Seconds, Seconds, Seconds], BeforeValidator(_parts)] = Field(
        default=(60, 600, 7200), description="Seconds until the first, second and third retry, comma-separated."
    )


class StoreStageSettings(Group):
    """How the `store` stage works; NEWSWIRE_STORE is the database's address, so the group cannot be called that."""

    batch: Count = Field(default=200, description="Articles decided and written in one transaction.")


class BusDatabaseSettings(Group):
    """The embedded log, when the bus is ``database``."""

    partitions: Count = Field(default=8, description="Partitions of a topic, fixed when the topic is first used.")
    poll_interval_s: Seconds = Field(default=0.05, description="Seconds between two looks for new records.")
    lease_s: Seconds = Field(
        default=15, description="Seconds after which a silent consumer's partitions are given away."
    )
    retention_days: Seconds = Field(
        default=14, description="Days for which records that every group finished are kept."
    )


class DatabaseSettings(Group):
    """How the database is used, when it is Postgres."""

    pool_size: Count = Field(default=8, description="Connections to Postgres at most, per process.")
    statement_timeout_s: Seconds = Field(default=60, description="Seconds after which Postgres gives a statement up.")


class KafkaSettings(Group):
    """The log, when the bus is ``kafka://…``."""

    model_config = ConfigDict(validate_default=True)

    partitions: Count = Field(default=12, description="Partitions of a topic that `newswire topics ensure` creates.")
    replication: Count = Field(default=3, description="Copies of a topic: brokers that hold it.")
    min_insync: Count = Field(default=2, description="Copies that have a record before it counts as published.")
    retention_days: Seconds = Field(default=14, description="Days for which Kafka keeps records, finished or not.")
    send_timeout_s: Seconds = Field(
        default=30, description="Seconds until a publish without an answer counts as unknown and is done again."
    )
    session_timeout_s: Seconds = Field(
        default=30, description="Seconds after which a silent consumer's partitions are given away."
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How the brokers are spoken to."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="How the user is proved to the brokers, with SASL_PLAINTEXT and SASL_SSL."
    )
    sasl_username: str | None = Field(default=None, description="The user, with SASL_PLAINTEXT and SASL_SSL.")
    sasl_password: SecretStr | None = Field(default=None, description="The user's password; never shown.")
    ssl_ca_file: Path | None = Field(
        default=None, description="PEM file of the authorities that sign the brokers; by default the system's."
    )
    ssl_certificate_file: Path | None = Field(
        default=None, description="PEM file of our own certificate and its chain, where brokers ask for one."
    )
    ssl_key_file: Path | None = Field(default=None, description="PEM file of that certificate's key.")
    ssl_key_password: SecretStr | None = Field(default=None, description="What the key is encrypted with; never shown.")

    @field_validator("*")
    @classmethod
    def _agrees_with_those_before(cls, value: object, info: ValidationInfo) -> object:
        if problem := disagreement(info.field_name or "", value, info.data):
            raise ValueError(problem)
        return value


class DeadSettings(Group):
    """When failures mean that something is wrong with us."""

    limit: Count = Field(default=50, description="Unexpected failures in a row that stop a stage.")


class RunSettings(Group):
    """How a process ends."""

    drain_s: Seconds = Field(default=20, description="Seconds to finish what is in flight when asked to stop.")
    patience_s: float = Field(
        default=5, ge=0, allow_inf_nan=False, description="Seconds that `run --once` waits for retries to come due."
    )


class Settings(Group):
    """Everything that an operator decides."""

    data_dir: Path = Field(description="The folder of the database file and of caches; created when missing.")
    bus: str = Field(
        default="database",
        description="The log between the stages: database, or kafka://host:port,host:port.",
    )
    store: StoreUrl = Field(
        description="sqlite:///path or postgresql://user:password@host/name; the password is never shown."
    )
    log: LogSettings = LogSettings()
    fetch: FetchSettings = FetchSettings()
    poll: PollSettings = PollSettings()
    extract: ExtractSettings = ExtractSettings()
    store_stage: StoreStageSettings = StoreStageSettings()
    bus_database: BusDatabaseSettings = BusDatabaseSettings()
    database: DatabaseSettings = DatabaseSettings()
    kafka: KafkaSettings = KafkaSettings()
    health: HealthSettings = HealthSettings()
    websub: WebSubSettings = WebSubSettings()
    dead: DeadSettings = DeadSettings()
    run: RunSettings = RunSettings()

    @field_validator("bus")
    @classmethod
    def _known_bus(cls, value: str) -> str:
        if not re.fullmatch(r"database|kafka://[\w.-]+:\d+(,[\w.-]+:\d+)*", value):
            raise ValueError("takes database, or kafka://host:port,host:port")
        return value

    @field_validator("store")
    @classmethod
    def _known_database(cls, value: StoreUrl) -> StoreUrl:
        if not re.match(r"(sqlite:///|postgresql://)[^/]*.", value.get_secret_value()):
            raise ValueError("takes sqlite:///path or postgresql://user:password@host/name")
        return value

    @property
    def kafka_servers(self) -> tuple[str, ...]:
        """Kafka's bootstrap servers as host:port; none when the bus is the database."""
        _, _, servers = self.bus.partition("kafka://")
        return tuple(servers.split(",")) if servers else ()
