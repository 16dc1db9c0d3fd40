"""Settings of what is listened for: platforms that ask how we are, and hubs that tell of news."""

from pydantic import Field

from newswire.settings.group import Count, Group


class HealthSettings(Group):
    """Where a running stage says how it is: /livez, /readyz, /metrics."""

    port: int | None = Field(default=None, ge=0, le=65535, description="Port to listen on; nowhere by default.")
    host: str = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104  # containers are asked from outside


class WebSubSettings(Group):
    """How hubs tell of news, where they can reach us."""

    callback_url: str | None = Field(
        default=None,
        pattern=r"^https?://[!-~]+$",
        description="The public address under which WebSub hubs reach us; what comes below it as websub/… is passed "
        "on to the port. Without it no hub is asked.",
    )
    host: str = Field(default="0.0.0.0", description="Address to listen on for hubs.")  # noqa: S104  # hubs call from outside
    port: int = Field(default=8090, ge=0, le=65535, description="Port to listen on for hubs; 0 is any that is free.")
    lease_s: Count = Field(
        default=864_000, description="Seconds for which hubs are asked to announce; what they grant counts."
    )
