"""What tests of webhooks share: a webhook, its receiver, and a sender over one database."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newswire.adapters.database import Database
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.webhooks import DatabaseWebhooks
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.articles.decide import decide
from newswire.domain.webhooks.signing import secret_text
from newswire.domain.webhooks.webhook import THIN, Webhook, WebhookSecrets
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.filters import NO_FILTER
from newswire.errors import Retry
from newswire.events import stable_id
from newswire.operations.api_keys import Doorkeeper
from newswire.operations.webhooks.sending import WebhookSending
from newswire.operations.webhooks.turn import SendPorts, SendRules
from newswire.operations.wire.tail import WireTail
from newswire.ports import WebhookAnswer
from support.build import NOW, arrivals, extracted, text_of

URL = "https://desk.example.org/hook"
RULES = SendRules(concurrency=8, timeout_s=15, look_s=0.5)
SECRET = secret_text(bytes(range(32)))


def webhook(name: str = "desk", *, epoch: str = "", **more: Any) -> Webhook:
    """A webhook that gets every event, from the first on."""
    usual = {
        "id": stable_id("test-webhook", name),
        "owner": "local",
        "name": name,
        "url": URL,
        "wanted": NO_FILTER,
        "fields": THIN,
        "cursor": Cursor(epoch, 0),
        "secrets": WebhookSecrets(SECRET),
        "created_at": NOW,
        "due_at": NOW,
    }
    return Webhook(**(usual | more))


@dataclass
class Receiver:
    """Implements `newswire.ports.WebhookSender`: writes down what is sent, and answers as it is told."""

    status: int | None = 204
    """None: it cannot be connected to."""
    statuses: dict[str, int] = field(default_factory=dict)
    """Other answers by the address that is sent to."""
    got: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    """Address, headers and body of what was accepted."""
    asked: int = 0
    at_once: int = 0
    most_at_once: int = 0
    held: asyncio.Event | None = None
    """Answers wait until this is set."""

    def check(self, url: str) -> str:
        return url

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (self.held.wait() if self.held else asyncio.sleep(0))
        finally:
            self.at_once -= 1
        status = self.statuses.get(url, self.status)
        if status is None:
            raise Retry("connect", "refused")
        if 200 <= status < 300:
            self.got.append((url, dict(headers), json.loads(body)))
        return WebhookAnswer(status)

    async def close(self) -> None:
        pass

    def positions(self, url: str = URL) -> list[int]:
        """The positions of the events that were accepted at an address, in their order."""
        return [body["data"]["position"] for there, _, body in self.got if there == url]


@dataclass(frozen=True)
class Desk:
    """The parts of a sender over one database."""

    database: Database
    clock: Any
    receiver: Receiver
    epoch: str

    @property
    def webhooks(self) -> DatabaseWebhooks:
        return DatabaseWebhooks(self.database)

    def tail(self) -> WireTail:
        return WireTail(DatabaseWire(self.database), DatabaseArticleReads(self.database), self.clock)

    def ports(self, receiver: Any = None) -> SendPorts:
        """The ports of a sender, as one process has them."""
        doorkeeper = Doorkeeper(DatabaseApiKeys(self.database), self.clock)
        return SendPorts(
            self.webhooks, self.tail(), receiver or self.receiver, doorkeeper, self.clock, chance=lambda: 0.5
        )

    def sending(self, receiver: Any = None, rules: SendRules = RULES) -> WebhookSending:
        """A sender, as one process has it."""
        return WebhookSending(self.ports(receiver), rules)

    async def send_due(self) -> None:
        """Let a sender send everything that is due now."""
        await self.sending().due(asyncio.Event())

    async def add(self, name: str = "desk", **more: Any) -> Webhook:
        new = webhook(name, epoch=self.epoch, **more)
        assert await self.webhooks.add(new, 100)
        return new

    async def now(self, webhook: Webhook) -> Webhook:
        found = await self.webhooks.find(webhook.id)
        assert found is not None
        return found

    async def publish(self, *numbers: int) -> None:
        """Put articles on the wire."""
        events = [extracted(f"https://example.org/{n}", text=text_of(f"t{n}x")) for n in numbers]
        await DatabaseArticles(self.database).record(arrivals(*events), decide, NOW)


async def desk_over(database: Database, clock: Any) -> Desk:
    """A desk over a database with tables."""
    return Desk(database, clock, Receiver(), (await DatabaseWire(database).head()).epoch)
