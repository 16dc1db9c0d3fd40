"""Settings of the two HTTP servers: health checks and metrics, and WebSub callbacks."""

from pydantic import Field

from newswire.settings.group import Count, Group


class HealthSettings(Group):
    """The address of /livez, /readyz and /metrics of a running stage."""

    port: int | None = Field(
        default=None, ge=0, le=65535, description="Port to listen on; without it there is no health server."
    )
    host: str = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104  # containers are asked from outside


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
