"""The ports that the routes use, and the caller of a request."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from newswire.domain.wire.keys import Caller
from newswire.operations.api_keys import Doorkeeper
from newswire.operations.webhooks.manage import WebhookDesk
from newswire.operations.wire.tail import WireTail
from newswire.ports import ArticleReads, Bus, Clock, FeedReads, Feeds, Ledger, Searches
from newswire.serve.api.gate import CALLER


@dataclass(frozen=True, slots=True)
class StreamTimes:
    """The times of a stream, in seconds."""

    send_timeout_s: float = 30
    """How long a reader may leave its data unread."""
    idle_s: float = 15
    """The time without a change that passes the filter, after which a reader gets its cursor alone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The ports of the read side."""

    articles: ArticleReads
    feeds: Feeds
    feed_reads: FeedReads
    ledger: Ledger
    bus: Bus
    clock: Clock
    searches: Searches
    tail: WireTail
    doorkeeper: Doorkeeper
    times: StreamTimes
    webhooks: WebhookDesk
    exposure: Callable[[], str | None] = lambda: None
    """A warning where other users of the machine can read the secrets in the database; None where they cannot."""


def caller_of(request: Request) -> Caller:
    """The caller of a request, which the gate has put there."""
    caller = getattr(request.state, CALLER)
    assert isinstance(caller, Caller)  # noqa: S101  # the gate lets no request in without a caller
    return caller
