"""Everything there is to judge a run by: the truth, the log and the tables, read once after it is quiet."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from faults.cluster.evidence import Books, Log, Place, Written
from faults.cluster.poison import MARK
from faults.cluster.press import Press
from newswire.adapters.tables import metadata
from newswire.domain.articles.apart import with_article
from newswire.events import ENTRIES, TOPICS
from support.searching import forms

_TABLES = {
    "sightings": "SELECT entry_id, feed_id, reason, entry_key, fingerprint, url, follows FROM sightings",
    "outcomes": "SELECT entry_id, kind, reason, article_id, change_id, duplicate_of FROM outcomes",
    "articles": "SELECT article_id, canonical_url, kind, revision, content_hash, duplicate_of, purged_at, title "
    "FROM articles",
    "texts": "SELECT DISTINCT ON (article_id) article_id, revision, article ->> 'text' AS text FROM revisions "
    "ORDER BY article_id, revision DESC",
    "feed_events": "SELECT event_id, feed_id, value, told_at FROM feed_events",
    "changes": "SELECT c.change_id, c.source_event_id, c.article_id, c.revision, c.kind, c.value, "
    "r.article::text AS article_apart FROM changes c LEFT JOIN revisions r "
    "ON c.article_apart AND r.article_id = c.article_id AND r.revision = c.revision",
    "letters": "SELECT letter_id, entry_id, stage, reason, retried_at, letter::text AS letter FROM dead_letters",
}

Row = Any


@dataclass(frozen=True)
class Findings:
    """One look at everything, while nothing moves."""

    press: Press
    log: Mapping[str, Sequence[Written]]
    """By topic."""
    tables: Mapping[str, Sequence[Row]]
    remains: Sequence[str] = ()
    """Tables in which words of purged articles are left."""

    @classmethod
    async def gather(cls, press: Press, log: Log, books: Books) -> "Findings":
        """Read it all."""
        records = {topic: await log.read(topic) for topic in TOPICS}
        rows = await books.fetch(*_TABLES.values())
        remains = await _remains(books, [f"witness {number}-" for number in press.purged])
        tables = dict(zip(_TABLES, rows, strict=True))
        return cls(press, records, {**tables, "changes": list(map(_whole, tables["changes"]))}, remains)

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """By id: what `poll` published, without what others put on its topic."""
        own = [record for record in self.log[ENTRIES] if record.header(MARK) is None]
        return {record.header("ce_id") or "": json.loads(record.value or b"") for record in own}

    @cached_property
    def newest(self) -> dict[str, int]:
        """The ids of the entries that say what is out now, with the article's number."""
        versions = {(str(item.number), f"version {item.version}"): item.number for item in self.press.items.values()}
        says = {entry_id: (entry["entry_key"], entry.get("summary")) for entry_id, entry in self.entries.items()}
        return {entry_id: versions[said] for entry_id, said in says.items() if said in versions}

    @cached_property
    def outcomes(self) -> dict[str, Row]:
        """By entry id."""
        return {str(row["entry_id"]): row for row in self.tables["outcomes"]}

    @cached_property
    def letters(self) -> list[dict[str, Any]]:
        """The kept dead letters, as events, with ``kept`` their row."""
        return [{**json.loads(row["letter"]), "kept": row} for row in self.tables["letters"]]

    @cached_property
    def purged(self) -> set[str]:
        """The ids of the changes whose recorded form has no words any more."""
        gone = {row["article_id"] for row in self.tables["articles"] if row["purged_at"] is not None}
        return {str(row["change_id"]) for row in self.tables["changes"] if row["article_id"] in gone}

    @cached_property
    def places(self) -> dict[Place, dict[int, Written]]:
        """By topic and partition, the records by offset."""
        found: dict[Place, dict[int, Written]] = defaultdict(dict)
        for records in self.log.values():
            for record in records:
                found[record.place][record.offset] = record
        return found


def _whole(change: Row) -> Row:
    """The row of a change with the bytes that were published."""
    apart = change["article_apart"]
    value = change["value"] if apart is None else with_article(change["value"], json.loads(apart))
    return {**change, "value": value}


async def _remains(books: Books, words: Sequence[str]) -> list[str]:
    """The tables that hold any of the words, as text, as bytes or in base64."""
    if not words:
        return []
    names = [table.name for table in metadata.sorted_tables]
    every = await books.fetch(*(f'SELECT * FROM "{name}"' for name in names), timeout_s=120)
    wanted = [form for each in words for form in forms(each)]
    found = []
    for name, rows in zip(names, every, strict=True):
        written = b"\n".join(each if isinstance(each, bytes) else str(each).encode() for row in rows for each in row)
        found += [name] if any(each in written for each in wanted) else []
    return found
