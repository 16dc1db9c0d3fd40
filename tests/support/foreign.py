"""Somebody else's consumer: librdkafka and the published AsyncAPI document, and nothing of ours.

It knows what the document says: the channel's address, which message a record is by its ``ce_type``, the JSON Schemas
of headers, key and payload, that repeated ids are dropped, and how the changes are folded into rows.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import OFFSET_INVALID, Consumer, Message, TopicPartition
from jsonschema import Draft202012Validator, FormatChecker

PATIENCE_S = 120.0
_LOOK_S = 0.2


@dataclass
class Row:
    """One article as a follower of the wire knows it."""

    kind: str
    revision: int
    duplicate_of: str | None = None
    article: dict[str, Any] = field(default_factory=dict)


def follow(rows: dict[str, Row], kind: str, change: dict[str, Any]) -> None:
    """Apply a change to the rows as the channel's description says; one that is not newer than its row is dropped."""
    row = rows.get(change["article_id"])
    if row is not None and change["revision"] <= row.revision:
        return
    if kind == "newswire.change.withdrawn.v1":
        before = row or Row("", 0)
        article = {} if change.get("purged") else before.article
        rows[change["article_id"]] = Row("withdrawn", change["revision"], before.duplicate_of, article)
    elif kind == "newswire.change.duplicate.v1":
        original = change["duplicate_of"]["article_id"]
        rows[change["article_id"]] = Row("duplicate", change["revision"], original, change["article"])
    elif kind in {"newswire.change.relinked.v1", "newswire.change.unlinked.v1"}:
        before = row or Row("", 0)
        original = change["duplicate_of"]["article_id"] if kind == "newswire.change.relinked.v1" else None
        rows[change["article_id"]] = Row(
            "duplicate" if original else "published", change["revision"], original, before.article
        )
    else:
        assert kind in {"newswire.change.published.v1", "newswire.change.revised.v1"}
        rows[change["article_id"]] = Row("published", change["revision"], None, change["article"])


class Contract:
    """One channel of an AsyncAPI document that stands beside its JSON Schemas."""

    def __init__(self, document: Path, channel: str) -> None:
        self._document, self._folder = json.loads(document.read_text()), document.parent
        found = self._document["channels"][channel]
        self.address = found["address"]
        self._messages = {name: self._message(each["$ref"]) for name, each in found["messages"].items()}

    def check(self, key: str, headers: dict[str, str], value: Any) -> str:
        """The record's type; fails where the record is not what the document says."""
        of_key, of_headers, of_payload = self._messages[headers["ce_type"]]
        of_key.validate(key)
        of_headers.validate(headers)
        of_payload.validate(value)
        return headers["ce_type"]

    def _message(self, reference: str) -> tuple[Draft202012Validator, ...]:
        message = self._document
        for part in reference.removeprefix("#/").split("/"):
            message = message[part]
        payload = json.loads((self._folder / message["payload"]["schema"]["$ref"]).read_text())
        schemas = (message["bindings"]["kafka"]["key"], message["headers"], payload)
        return tuple(Draft202012Validator(schema, format_checker=FormatChecker()) for schema in schemas)


class ForeignConsumer:
    """Reads a channel from its beginning in a thread of its own, while it is being written."""

    def __init__(self, contract: Contract, bootstrap: str, group: str) -> None:
        self._contract = contract
        self._settings = {"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest"}
        self._enough = threading.Event()
        self._failure: BaseException | None = None
        self.seen: dict[str, bytes] = {}
        """By id: the value as it first came."""
        self.copies = 0
        self.by_id: dict[str, Row] = {}
        """What came of dropping the ids that were seen."""
        self.by_revision: dict[str, Row] = {}
        """What came of looking at revisions alone."""

    @contextmanager
    def reading(self) -> Iterator["ForeignConsumer"]:
        """Read while the block lasts, and then to the end of what is there."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield self
        finally:
            self._enough.set()
            thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the consumer never came to the end"
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        consumer = Consumer(self._settings)
        try:
            consumer.subscribe([self._contract.address])
            self._read(consumer.poll, lambda: _at_end(consumer))
        except BaseException as error:  # noqa: BLE001  # raised again where the test can see it
            self._failure = error
        finally:
            consumer.close()

    def _read(self, poll: Callable[[float], Message | None], at_end: Callable[[], bool]) -> None:
        while True:
            message = poll(_LOOK_S)
            if message is None:
                if self._enough.is_set() and at_end():
                    return
                continue
            assert message.error() is None, message.error()
            self._take(message)

    def _take(self, message: Message) -> None:
        headers = {name: value.decode() for name, value in message.headers()}
        change = json.loads(message.value())
        kind = self._contract.check(message.key().decode(), headers, change)
        if not kind.startswith("newswire.change."):
            return  # about a feed: it changes no row
        follow(self.by_revision, kind, change)
        if (before := self.seen.get(headers["ce_id"])) is not None:
            assert before == message.value(), "one id, two values"
            self.copies += 1
            return
        self.seen[headers["ce_id"]] = message.value()
        row = self.by_id.get(change["article_id"])
        assert change["revision"] == (row.revision if row else 0) + 1, "the revisions came out of order"
        follow(self.by_id, kind, change)


def _at_end(consumer: Consumer) -> bool:
    """Whether every partition was read to its present end."""
    ours = consumer.position(consumer.assignment())
    return bool(ours) and all(_position(at, consumer) >= consumer.get_watermark_offsets(at)[1] for at in ours)


def _position(at: TopicPartition, consumer: Consumer) -> int:
    # Of a partition that nothing was read of yet librdkafka knows no position.
    return consumer.get_watermark_offsets(at)[0] if at.offset == OFFSET_INVALID else at.offset
