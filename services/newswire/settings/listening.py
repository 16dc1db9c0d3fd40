"""Settings of the HTTP servers: health checks and metrics, WebSub callbacks, the read side."""

import re
from ipaddress import ip_address
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from newswire.settings.group import Count, Group, Seconds

_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")


def _origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    origins = [part.strip() for part in value.split(",")]
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is not an origin: a scheme and a host, as in https://desk.example.org")
    return origins


class HealthSettings(Group):
    """The address of /livez, /readyz and /metrics of a running stage."""

    port: int | None = Field(
        default=None, ge=0, le=65535, description="Port to listen on; without it there is no health server."
    )
    host: str = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104  # containers are asked from outside
    audit_interval_s: float = Field(
        default=3600,
        ge=0,
        le=604_800,
        allow_inf_nan=False,
        description="Seconds between two audits of the books for the metrics, by `store`; each reads the open lines of "
        "the ledger. 0 makes none.",
    )


class WebSubSettings(Group):
    """The callbacks by which WebSub hubs announce news."""

    callback_url: str | None = Field(
        default=None,
        pattern=r"^https?://[!-~]+$",
        description="The public address under which WebSub hubs reach newswire; a proxy there passes websub/… on to "
        "the port. Without it there are no subscriptions at hubs.",
    )
    host: str = Field(default="0.0.0.0", description="Address to listen on for hubs.")  # noqa: S104  # hubs call from outside
    port: int = Field(default=8090, ge=0, le=65535, description="Port to listen on for hubs; 0 means any free port.")
    lease_s: Count = Field(
        default=864_000, description="Seconds for which newswire asks hubs to announce; the hub's answer decides."
    )


class ServeSettings(Group):
    """The read side over HTTP: `newswire serve`, and a part of `newswire run`."""

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on. On another address than loopback every request needs a key.",
    )
    port: int = Field(default=8088, ge=0, le=65535, description="Port to listen on; 0 means any free port.")
    in_run: bool = Field(default=True, description="Let `newswire run` serve too.")
    require_keys: bool = Field(default=False, description="Ask for a key on loopback too.")
    requests_per_minute: Count = Field(default=600, description="Requests that one key may make in a minute.")
    open_per_key: Count = Field(
        default=50, description="Requests that one key may have open at once, streams and long polls among them."
    )
    connections: Count = Field(
        default=1000, description="The most connections at once; a request beyond them is answered 503."
    )
    send_timeout_s: Seconds = Field(
        default=30,
        description="Seconds that a reader of the stream may leave its data unread; then it is cut off, and may go on "
        "from where it was.",
    )
    allow_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = Field(
        default=(),
        description="Origins whose pages may read with a key (CORS), comma-separated: https://desk.example.org. None "
        "by default.",
    )

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def with_keys(self) -> bool:
        """Whether every request needs a key."""
        return self.require_keys or not self.on_loopback
