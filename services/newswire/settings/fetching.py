"""How feeds and pages are requested."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from newswire import __version__
from newswire.settings.group import Bytes, Count, Group, Seconds, parts
from newswire.settings.shared_limits import SHARED_LIMITS

DomainName = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


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
        le=86_400,
        allow_inf_nan=False,
        description="Seconds between two requests to one registrable domain (an IP address is its own).",
    )
    host_concurrency: Count = Field(default=2, description="Parallel requests to one registrable domain.")
    concurrency: Count = Field(default=64, description="Parallel requests in total, per process.")
    timeout_s: Seconds = Field(
        default=30, ge=1, le=3_600, description="Seconds for one fetch, including redirects and the whole body."
    )
    feed_max_bytes: Bytes = Field(
        default=10_000_000, description="The largest feed that is read, in bytes after decompression."
    )
    page_max_bytes: Bytes = Field(
        default=5_000_000, description="The largest page that is read, in bytes after decompression."
    )
    obey_robots: bool = Field(default=True, description="Ask robots.txt before fetching a page, and obey it.")
    insecure_redirects: Literal["refuse", "follow"] = Field(
        default="refuse",
        description="After a redirect from https to http, where the same address cannot be fetched by https: "
        "refuse it, or follow it and flag the answer as insecure.",
    )
    shared_limit_domains: Annotated[tuple[DomainName, ...], BeforeValidator(parts)] | None = Field(
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
