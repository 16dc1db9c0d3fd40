"""Describes each topic for its consumers, beside its messages: the prose of the AsyncAPI document (CommonMark)."""

from typing import Final

from newswire.domain.log.topics import MAX_BATCH_BYTES
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, LATEST, RETRIES

PARTITIONS: Final = 12
RETENTION_DAYS: Final = 14
"""The default values of the settings."""

GENERAL: Final = f"""\
Feeds in, a clean, deduplicated, never-lossy wire of news articles out. Most consumers want one channel, \
`{CHANGES}`; how to keep a copy of the wire from it is said there.

**Events.** CloudEvents 1.0 in the Kafka binding's binary mode: every attribute is a header `ce_…` in UTF-8, the \
record's value is the event's JSON. The header `ce_type` says which message of its channel a record is. Pass over a \
type, a field or a header that you do not know: they may be added at any time. Nothing is renamed, retyped or taken \
away; a breaking change is a new type beside the old one.

**Delivery** is at least once. After a crash, a rebalance or a replay the same event is sent again, in a new record \
with the same `ce_id`: drop the ids that you have seen, and you have every event exactly once. On `{CHANGES}` the same \
id always has the same bytes, but for words that were erased or dropped since. On the other channels a copy may say \
something else (a page was fetched again), and the first one counts. No transactions are used, so `isolation.level` \
makes no difference.

**Order.** The record key picks the partition, by Kafka's default partitioner (murmur2). Events of one key stand in \
one partition in the order in which they were published. Nothing is said of the order of two keys. A copy may stand \
behind newer events of its key.

**Partitions and retention** are set by the operator: {PARTITIONS} partitions unless set otherwise, never changed on a \
topic in use, and records kept for {RETENTION_DAYS} days, read or not. Only `{LATEST}` is compacted. \
Another topic is a log and not the archive: a consumer that begins later, or was away for longer, reads older events \
from the store. Begin at the earliest record (`auto.offset.reset=earliest`).

**Size.** Batches are compressed with zstd; one may have {MAX_BATCH_BYTES:,} bytes.

**Tracing.** `traceparent` and `ce_traceparent` are the W3C trace context of the entry that an event comes of: one \
trace from the feed to the change, through retries and replays."""

_CHANGES: Final = """\
The wire: articles that are new, revised, duplicates or withdrawn, and events about the feeds themselves.

Record key: the article's id (`article_id`), so all changes of one article are in one partition; of an event about a \
feed (`newswire.feed.…`, `newswire.coverage.…`), the feed's id; of one about a source (`newswire.source.…`), \
`source_id`. An article's changes \
are counted by `revision`: 1, 2, 3, … without a gap, whatever their type. The first record of each stands in that \
order; a copy may come later, behind newer ones.

Every event has a `position`: 1, 2, 3, … without a gap over all changes and feed events, in the order in which they \
were recorded. The position puts the events of all partitions into one order, and a reader that changes from the \
topic to the store (`wire_v1` in sql.md) continues at the right place. Events that were recorded by releases without \
positions have none. After a restore, the store gives the positions of lost events to new events, under a new epoch \
(`newswire wire head`).

To keep a copy of the wire, hold one row per `article_id`. Apply an event when its `revision` is greater than the \
row's, and drop it otherwise, which also drops every copy. Then the row is what the store holds:

- `newswire.change.published.v1`: a new article. The row is `article`, published.
- `newswire.change.revised.v1`: the article says something else. The row is `article`, published, whatever it was \
before. With `restored` in `changed` it was withdrawn and is back, with `unlinked` it was a duplicate and is none any \
more, with `extraction` its publisher changed nothing: the page of the stored text was read by a better extraction.
- `newswire.change.duplicate.v1`: the row is `article`, a duplicate of `duplicate_of.article_id`. Its original may \
be in another partition and so come later. `duplicate_of.relation` says how it stands to its original; an `update` may \
tell more than the original does.
- `newswire.change.relinked.v1`: the row is a duplicate of `duplicate_of.article_id` and otherwise stays as it was. An \
original that was published earlier came later, or a longer text of which it is a part; or its former original is \
another story now. The event carries no article.
- `newswire.change.unlinked.v1`: the row is published, no duplicate any more, and otherwise stays as it was. The event \
carries no article.
- `newswire.change.withdrawn.v1`: the publisher or the operator took the article away. The row is withdrawn and \
otherwise stays as it was; the event carries no article. With `purged`, erase the row's text, and every copy of it.

A gap in the revisions that stays means that records are missing: they were older than the retention, or reading \
began late. Every event but a withdrawal and a change of links carries the whole article, so the next one mends the row.

Events about feeds say why articles may be missing, and change no row. A feed is failing, silent or no feed until \
`newswire.feed.recovered.v1` names what it was; moved and gone are for good. `newswire.coverage.gap.v1` says between \
which moments entries of a feed may have been missed, `newswire.coverage.restored.v1` that they were found after all.

`newswire.source.drift.v1` says that the pages of a source no longer give what they used to give: texts, dates, \
authors, their length, or how much page furniture is in them. Articles of it may be poor until \
`newswire.source.recovered.v1` of the same `source` and `signal`; neither changes a row."""

_LATEST: Final = f"""\
Every article as it stands, with its links: a new subscriber reads it from the beginning, and goes on. It is there \
where the operator switched it on (`NEWSWIRE_LATEST__PUBLISH`).

Record key: the article's id. The topic is compacted: of each key the newest record is kept for good, older ones go. \
A record without a value (null) says that the article was purged: erase it.

`store` publishes a state after the change that made it, at least once. The same state always has the same `ce_id` and \
the same bytes. With several replicas an older state can stand behind a newer one for a moment; the newer one is then \
published again behind it, so the newest record of a key is right in the end. To never go back, drop a state whose \
`position` is lower than that of the state that you hold, when its `epoch` is the same. To go on from here with \
`{CHANGES}`, drop changes whose `position` is not higher."""

_RETRY: Final = """\
Entries whose page could not be fetched for a passing reason, at their {number}. wait. Record key: as in entries.

The original record, with the headers `not_before` (ISO 8601; not to be handled earlier), `x-attempt` (which attempt \
comes next, from 2), `x-first-failed-at` and `x-last-error`."""

CHANNELS: Final = {
    ENTRIES: "Entries found in feeds, and articles due to be looked at again. "
    "Record key: the registrable domain of the article's address.",
    **{topic: _RETRY.format(number=number) for number, topic in enumerate(RETRIES, 1)},
    ARTICLES: "What extraction found for each sighting (`entry_id`): an article, a reprint or an imported one too; or "
    "that it is unchanged or gone. One sighting has one event. Nothing is decided yet. Record key: the article's id. "
    "The header `x-later-attempt` is there where the page was read after a retry or a replay.",
    CHANGES: _CHANGES,
    LATEST: _LATEST,
    DEAD: "Records that could not be used, each with the original and the reason. Record key: the id of the entry that "
    "the record was about, or the letter's own. The store keeps them: `newswire dead` lists them and sends them again.",
}
"""By topic."""

KEYS: Final = {
    ENTRIES: {"type": "string", "description": "The registrable domain of the article's address."},
    ARTICLES: {"type": "string", "format": "uuid", "description": "The article's id."},
    CHANGES: {
        "type": "string",
        "format": "uuid",
        "description": "The article's id; of an event about a feed or a source, the id of that.",
    },
    LATEST: {"type": "string", "format": "uuid", "description": "The article's id."},
    DEAD: {"type": "string", "format": "uuid", "description": "The entry's id, or the letter's own."},
}
"""The record key's JSON Schema, by the topic that events are first published to."""
