"""Every setting as frozen groups: its type, its default, and what it is in one sentence."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, Secret, field_validator

from newswire import __version__
from newswire.settings.group import Count, Group, Seconds
from newswire.settings.kafka import KafkaSettings
from newswire.settings.listening import HealthSettings, ServeSettings, WebSubSettings
from newswire.settings.logs import LogSettings
from newswire.settings.shared_limits import SHARED_LIMITS

_BUS: Final = re.compile(r"database|kafka://[\w.-]+:\d+(?:,[\w.-]+:\d+)*")
_STORE: Final = re.compile(r"(?:sqlite:///|postgresql://)[^/]*.")
_PASSWORD: Final = re.compile(r"^(\w[\w+.-]*://[^:/?#]*):.*@")
_PASSWORD_IN_QUERY: Final = re.compile(r"([?&]\w*password=)[^&]*")

DomainName = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


def _parts(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


class StoreUrl(Secret[str]):
    """A database URL that shows everything but its password; ``get_secret_value()`` has it whole."""

    def _display(self) -> str:
        shown = _PASSWORD.sub(r"\1:***@", self.get_secret_value())
        return _PASSWORD_IN_QUERY.sub(r"\1***", shown)


class FetchSettings(Group):
    """Requests to feeds and pages."""

    user_agent: str = Field(
        default=f"newswire/{__version__}",
        pattern=r"^[ -~]+$",
        description="The name in the User-Agent header of every request, and the one looked up in robots.txt.",
    )
    contact: str | None = Field(
        default=None,
        pattern=r"^[!-~]+$",
        description="A URL or e-mail address where publishers reach you; sent as (+contact) after the user agent.",
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Fetch from loopback, private and link-local addresses too; for tests and the demo only.",
    )
    host_interval_s: float = Field(
        default=1.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds between two requests to one registrable domain (an IP address is its own).",
    )
    host_concurrency: Count = Field(default=2, description="Parallel requests to one registrable domain.")
    concurrency: Count = Field(default=64, description="Parallel requests in total, per process.")
    timeout_s: Seconds = Field(default=30, description="Seconds for one fetch, including redirects and the whole body.")
    feed_max_bytes: Count = Field(
        default=10_000_000, description="The largest feed that is read, in bytes after decompression."
    )
    page_max_bytes: Count = Field(
        default=5_000_000, description="The largest page that is read, in bytes after decompression."
    )
    obey_robots: bool = Field(default=True, description="Ask robots.txt before fetching a page, and obey it.")
    insecure_redirects: Literal["refuse", "follow"] = Field(
        default="refuse",
        description="After a redirect from https to http, where the same address cannot be fetched by https: "
        "refuse it, or follow it and flag the answer as insecure.",
    )
    shared_limit_domains: Annotated[tuple[DomainName, ...], BeforeValidator(_parts)] | None = Field(
        default=None,
        description="Domains that limit all their hosts together, comma-separated: a 429 of one host holds them all. "
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
    lease_s: Seconds = Field(default=300, description="Seconds for which a claimed feed belongs to its poller.")
    tick_s: Seconds = Field(
        default=1, description="The longest time between two looks at the schedule while nothing is due, in seconds."
    )


class ExtractSettings(Group):
    """Turning pages into articles."""

    processes: Count | None = Field(
        default=None, description="Worker processes; by default the CPUs that this process may use."
    )
    deadline_s: Seconds = Field(default=20, description="Seconds for one page; after that its worker is killed.")
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
    store_stage: StoreStageSettings = StoreStageSettings()
    duplicates: DuplicatesSettings = DuplicatesSettings()
    bus_database: BusDatabaseSettings = BusDatabaseSettings()
    database: DatabaseSettings = DatabaseSettings()
    kafka: KafkaSettings = KafkaSettings()
    health: HealthSettings = HealthSettings()
    websub: WebSubSettings = WebSubSettings()
    serve: ServeSettings = ServeSettings()
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
