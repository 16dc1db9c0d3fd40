"""Every setting as frozen groups: its type, its default, and what it is in one sentence."""

import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, Secret, ValidationInfo, field_validator

from newswire.settings.archive import ArchiveSettings
from newswire.settings.fetching import FetchSettings
from newswire.settings.group import Count, Group, Seconds, parts
from newswire.settings.kafka import KafkaSettings
from newswire.settings.latest import LatestSettings
from newswire.settings.listening import HealthSettings, ServeSettings, WebSubSettings
from newswire.settings.logs import LogSettings
from newswire.settings.webhooks import WebhookSettings

_BUS: Final = re.compile(r"database|kafka://[\w.-]+:\d+(?:,[\w.-]+:\d+)*")
_STORE: Final = re.compile(r"(?:sqlite:///|postgresql://)[^/]*.")
_PASSWORD: Final = re.compile(r"^(\w[\w+.-]*://[^:/?#]*):.*@")
_PASSWORD_IN_QUERY: Final = re.compile(r"([?&]\w*password=)[^&]*")


class StoreUrl(Secret[str]):
    """A database URL that shows everything but its password; ``get_secret_value()`` has it whole."""

    def _display(self) -> str:
        shown = _PASSWORD.sub(r"\1:***@", self.get_secret_value())
        return _PASSWORD_IN_QUERY.sub(r"\1***", shown)


class PollSettings(Group):
    """Polling feeds."""

    batch: Count = Field(default=100, description="Feeds that a poller claims in one transaction.")
    concurrency: Count = Field(default=128, description="Feeds polled in parallel, per process.")
    interval_s: Seconds = Field(
        default=900, description="Seconds between two polls of a feed about which nothing is known yet."
    )
    min_interval_s: Annotated[Seconds, Field(le=86_400)] = Field(
        default=60, description="The shortest time between two polls of one feed, in seconds."
    )
    max_interval_s: Annotated[Seconds, Field(le=604_800)] = Field(
        default=86_400, description="The longest time between two polls of a feed that answers, in seconds."
    )
    first_max_age_days: float = Field(
        default=7,
        ge=0,
        le=36_500,
        allow_inf_nan=False,
        description="Days that an entry may be older than the subscription to its feed: older ones in the first "
        "document are rejected as too-old. 0 takes all; so does --all-entries, for the feeds that are added with it.",
    )
    first_few_entries: int = Field(
        default=20,
        ge=0,
        description="A first document of so many entries or fewer is taken whole, whatever their age. "
        "0 applies first_max_age_days to every feed.",
    )
    obey_robots: bool = Field(
        default=False,
        description="Ask robots.txt before polling a feed too. Off by default: subscribing is an explicit request.",
    )
    lease_s: Seconds = Field(default=300, ge=1, description="Seconds for which a claimed feed belongs to its poller.")
    tick_s: Seconds = Field(
        default=1,
        ge=0.01,
        le=3_600,
        description="The longest time between two looks at the schedule while nothing is due, in seconds.",
    )

    @field_validator("max_interval_s")
    @classmethod
    def _not_below_the_shortest(cls, value: float, info: ValidationInfo) -> float:
        shortest = info.data.get("min_interval_s")
        if shortest is not None and value < shortest:
            raise ValueError(f"is shorter than the shortest time, NEWSWIRE_POLL__MIN_INTERVAL_S, which is {shortest:g}")
        return value


class ExtractSettings(Group):
    """Turning pages into articles."""

    processes: Annotated[Count, Field(le=1_024)] | None = Field(
        default=None, description="Worker processes; by default the CPUs that this process may use."
    )
    deadline_s: Seconds = Field(
        default=20, ge=1, le=3_600, description="Seconds for one page; after that its worker is killed."
    )
    memory_mb: int = Field(
        default=1024,
        ge=512,
        le=1_048_576,
        description="Private writable memory that a worker process may have while it works on a page, in MiB "
        "(RLIMIT_DATA on Linux). A page that needs more is rejected as too-big. "
        "At least 512: a worker has some 240 before it reads its first page.",
    )
    max_tasks: Count = Field(default=1000, description="Pages after which a worker process is replaced.")
    window: Count = Field(default=512, description="Entries in flight per partition before it is paused.")
    retry_delays_s: Annotated[tuple[Seconds, Seconds, Seconds], BeforeValidator(parts)] = Field(
        default=(60, 600, 7200), description="Seconds until the first, second and third retry, comma-separated."
    )


class StoreStageSettings(Group):
    """How the `store` stage works; NEWSWIRE_STORE is the database's address, so the group cannot be called that."""

    batch: Count = Field(
        default=200,
        description="Articles decided and written in one transaction. Keep it below 800 with Postgres, which ends a "
        "transaction that waits 30 s for a decision: editions of one template take up to 35 ms each.",
    )


class DuplicatesSettings(Group):
    """Finding reprints."""

    near: bool = Field(
        default=True,
        description="Link reprints whose words differ a little, too. Off: only articles with equal words are linked.",
    )
    window_days: Seconds = Field(
        default=14, le=366, description="Days for which a new article is compared with those recorded before it."
    )


class BusDatabaseSettings(Group):
    """The embedded log; used when the bus is `database`."""

    partitions: Count = Field(default=8, description="Partitions of a topic, fixed when the topic is first used.")
    poll_interval_s: Seconds = Field(default=0.05, description="Seconds between two looks for new records.")
    lease_s: Seconds = Field(default=15, description="Seconds of silence after which a consumer loses its partitions.")
    retention_days: Seconds = Field(
        default=14, description="Days for which records stay after every group has finished them."
    )


class RetainSettings(Group):
    """What is kept of the past."""

    ledger_days: int = Field(
        default=7,
        ge=0,
        le=36_500,
        description="Days after which lines of the ledger are folded, by `store` every hour: the audit counts them "
        "in totals, and re-checks lose their line. 0 folds none.",
    )
    text_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Days after which the text of an article is dropped, by `store` every hour, unless a feed still "
        "shows the article or it is to be looked at again; a text that was replaced goes in any case. Ids, titles, "
        "facts and hashes stay. 0 drops none.",
    )
    dead_letter_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Days for which a dead letter can be sent again (`newswire dead retry`), from its failure or from "
        "when it was last sent again; then `store` deletes it. Its entry stays rejected, with the reason. 0 deletes "
        "none.",
    )


class DatabaseSettings(Group):
    """Connections to Postgres; not used for SQLite."""

    pool_size: Count = Field(default=8, description="The largest number of connections to Postgres, per process.")
    statement_timeout_s: Seconds = Field(default=60, description="Seconds after which Postgres cancels a statement.")


class DeadSettings(Group):
    """When failures stop a stage."""

    limit: Count = Field(default=50, description="The number of unexpected failures in a row that stops a stage.")


class RunSettings(Group):
    """The end of a process."""

    drain_s: Seconds = Field(default=20, description="Seconds to finish the work in flight when asked to stop.")
    patience_s: float = Field(
        default=5,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        description="Seconds that `newswire run --once` waits for retries to become due.",
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
    archive: ArchiveSettings = ArchiveSettings()
    store_stage: StoreStageSettings = StoreStageSettings()
    duplicates: DuplicatesSettings = DuplicatesSettings()
    latest: LatestSettings = LatestSettings()
    bus_database: BusDatabaseSettings = BusDatabaseSettings()
    retain: RetainSettings = RetainSettings()
    database: DatabaseSettings = DatabaseSettings()
    kafka: KafkaSettings = KafkaSettings()
    health: HealthSettings = HealthSettings()
    websub: WebSubSettings = WebSubSettings()
    serve: ServeSettings = ServeSettings()
    webhooks: WebhookSettings = WebhookSettings()
    dead: DeadSettings = DeadSettings()
    run: RunSettings = RunSettings()

    @field_validator("bus")
    @classmethod
    def _known_bus(cls, value: str) -> str:
        if not _BUS.fullmatch(value):
            raise ValueError("takes database, or kafka://host:port,host:port")
        return value

    @field_validator("store")
    @classmethod
    def _known_database(cls, value: StoreUrl) -> StoreUrl:
        if not _STORE.match(value.get_secret_value()):
            raise ValueError("takes sqlite:///path or postgresql://user:password@host/name")
        return value

    @property
    def kafka_servers(self) -> tuple[str, ...]:
        """Kafka's bootstrap servers as host:port; none when the bus is the database."""
        _, _, servers = self.bus.partition("kafka://")
        return tuple(servers.split(",")) if servers else ()
