"""A feed's subscription at a WebSub hub (W3C Recommendation, 23 January 2018): what it is, and where it is wanted.

What can happen to it is in `newswire.domain.websub.changes`, what is to be done next in `newswire.domain.websub.steps`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from newswire.domain.feeds.memory import ScheduleHints
from newswire.domain.http.link_header import links
from newswire.domain.urls.syntax import parse
from newswire.events import stable_id

State = Literal["pending", "active", "denied", "unsubscribing", "ended"]


@dataclass(frozen=True, slots=True)
class HubChoice:
    """Where to subscribe, and to what."""

    hub: str
    topic: str
    """The feed's name for itself, byte for byte: hubs compare."""


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """One feed's subscription at one hub. A feed has several only while it moves from one to another."""

    id: UUID
    feed_id: UUID
    hub: str
    topic: str
    state: State = "pending"
    """pending: asked for, or to be; ended: neither side holds on to it."""
    version: int = 0
    """How often it was saved: who decided on an older one decides again."""
    base: str | None = None
    """The address under which the hub was last told to call back."""
    token: str | None = None
    """The end of the callback address that the hub has verified."""
    asked_token: str | None = None
    """That of the one it has been told and has not verified yet."""
    former_token: str | None = None
    """That of the one before: gone."""
    secret: str | None = None
    """What deliveries are signed with; https hubs alone are told one (WebSub §5.1)."""
    ask_at: datetime | None = None
    """When the hub is to be asked (again): first tries, retries and renewals alike."""
    check_at: datetime | None = None
    """When it is looked at next; never once it has ended."""
    attempts: int = 0
    """Requests in a row that the hub has not verified."""
    verified_at: datetime | None = None
    lease_until: datetime | None = None
    last_delivery_at: datetime | None = None
    silent_since: datetime | None = None
    """The hub failed to announce what a poll then found; until it delivers again it is not relied on."""
    trouble: str | None = None
    """Why the last request came to nothing."""

    @property
    def choice(self) -> HubChoice:
        """Its hub and topic."""
        return HubChoice(self.hub, self.topic)

    @property
    def relied_on(self) -> bool:
        """Whether its feed may be polled less while its lease lasts."""
        return self.state == "active" and self.silent_since is None


def advertised(
    link_header: str | None, url: str, hubs: Sequence[str], self_url: str | None
) -> tuple[tuple[str, ...], str | None]:
    """The hubs and the topic of a feed fetched from ``url``: what its Link header says, else its document (§4)."""
    said = links(link_header, url) if link_header else ()
    named = tuple(dict.fromkeys(link.url for link in said if "hub" in link.relations))
    own = next((link.url for link in said if "self" in link.relations), None)
    return named or tuple(hubs), own or self_url


def chosen(hints: ScheduleHints, feed_url: str) -> HubChoice | None:
    """Where a feed is subscribed to: its first https hub, else its first; by its own name, else by ``feed_url``."""
    usable = [hub for hub in hints.hubs if _is_http(hub)]
    hub = next((hub for hub in usable if is_https(hub)), usable[0] if usable else None)
    topic = hints.self_url if hints.self_url and _is_http(hints.self_url) else feed_url
    return None if hub is None else HubChoice(hub, topic)


def wished(feed_id: UUID, choice: HubChoice, now: datetime) -> HubSubscription:
    """A new subscription; the hub is to be asked at once. The same feed and choice always have the same id."""
    key = stable_id("websub", feed_id, choice.hub, choice.topic)
    return HubSubscription(key, feed_id, choice.hub, choice.topic, ask_at=now, check_at=now)


def is_https(url: str) -> bool:
    """Whether a hub may be told a secret."""
    return url.lower().startswith("https:")


def _is_http(url: str) -> bool:
    try:
        parse(url)
    except ValueError:
        return False
    return True
