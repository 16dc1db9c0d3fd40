"""The tables of feeds, entries, articles and the ledger. Their history is in database/migrations/."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
    text,
)

from newswire.adapters.database.columns import JSON, JSON_OR_NULL, UtcDateTime, metadata
from newswire.adapters.store.feed_of_text import FeedOfText


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that meet a condition."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# --------------------------------------------------------------------------------------- poll's state
feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Uuid, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("tags", JSON, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Text),
    Column("next_poll_at", UtcDateTime),
    Column("last_polled_at", UtcDateTime),
    Column("last_outcome", Text),
    Column("errors", Integer, nullable=False),
    Column("disabled", Text),
    Column("memory", JSON_OR_NULL),  # FeedMemory of domain/feeds/memory.py; none before the first poll
    Column("options", JSON_OR_NULL),  # FeedOptions of the same
    Column("pushed_until", UtcDateTime),
    Column("hurried_at", UtcDateTime),  # when somebody last wanted it polled at once
    _partial("feeds_due_idx", "next_poll_at", where="disabled IS NULL"),
)

# One row: the next position of the wire. Recorded changes and feed events take theirs here, as their last lock.
wire_head = Table(
    "wire_head",
    metadata,
    Column("epoch", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

# Events about feeds. `value` holds the bytes for the wire, which are the same each time that the event is published.
feed_events = Table(
    "feed_events",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("feed_id", Uuid, nullable=False),  # no foreign key: what became of a removed feed stays known
    Column("kind", String(20), nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("place", Integer, nullable=False),  # among those of one moment: a gap comes before its end
    Column("told_at", UtcDateTime),
    Column("position", BigInteger),
    Index(None, "feed_id"),
    Index(None, "position", unique=True),
    _partial("feed_events_untold_idx", "at", where="told_at IS NULL"),
)

# SourceState of domain/articles/drift/states.py.
source_states = Table(
    "source_states",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", JSON, nullable=False),
    Column("drifting_since", UtcDateTime),
)

# One line of the books: see domain/ledger.py. Written after the entry was published.
sightings = Table(
    "sightings",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("feed_id", Uuid),  # no foreign key: a removed feed's entries stay in the books
    Column("reason", String(10), nullable=False),
    Column("entry_key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text),
    Column("updated", UtcDateTime),
    Column("found_at", UtcDateTime, nullable=False),
    Column("follows", Uuid),
    Column("folded_into", Text),  # the month of `ledger_totals` that counts it; none while it is an open line
    Index(None, "feed_id", "entry_key"),
    Index(None, "url", postgresql_using="hash"),  # a rejected address may be longer than a btree takes
    Index(None, "follows"),
    _partial("sightings_open_idx", "found_at", "entry_id", where="folded_into IS NULL"),
)

# Written by store, which may be quicker than poll's own booking of the sighting: hence no foreign key.
outcomes = Table(
    "outcomes",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("reason", Text),
    Column("article_id", Uuid),
    Column("change_id", Uuid),
    Column("duplicate_of", Uuid),
    Column("at", UtcDateTime, nullable=False),
    # Once the totals count it: the reason by which they count a rejection, else the empty text.
    Column("folded_as", Text),
    Index(None, "article_id"),
    _partial("outcomes_open_idx", "at", where="folded_as IS NULL"),
    _partial(
        "outcomes_revised_idx",
        "entry_id",
        where="folded_as <> '' AND (kind <> 'rejected' OR reason <> folded_as)",
    ),
)

# The lines of the ledger that are folded, counted by month of their finding; the reason is a rejection's, or empty.
ledger_totals = Table(
    "ledger_totals",
    metadata,
    Column("month", Text, primary_key=True),  # 2026-11
    Column("kind", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

# -------------------------------------------------------------------------------------- store's state
articles = Table(
    "articles",
    metadata,
    Column("article_id", Uuid, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text),
    Column("language", Text),
    Column("word_count", Integer, nullable=False),
    Column("published", UtcDateTime),
    Column("content_hash", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("body_from", String(10), nullable=False),
    Column("duplicate_of", Uuid),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("recheck_at", UtcDateTime),  # written by releases before 0032 alone, and emptied by a trigger
    Column("rechecks", Integer, nullable=False),
    Column("linked_by", String(10)),  # editor, where an editor decided on the link
    Column("headlines", Text),  # Headlines of domain/articles/revisions/headlines.py as JSON: digests, no words
    Column("gone_since", UtcDateTime),  # its page was gone then, which is not confirmed
    Column("withdrawn_by", String(10)),
    Column("purged_at", UtcDateTime),
    _partial("articles_purged_idx", "purged_at", where="purged_at IS NOT NULL"),
    _partial("articles_copies_idx", "duplicate_of", "first_seen", "article_id", where="duplicate_of IS NOT NULL"),
    Index(None, "recheck_at"),
    # Lists walk along it, the newest first, and check most of a filter without reading a row. The language is not in
    # it: it may be longer than a btree takes.
    Index("articles_listed_idx", "changed_at", "article_id", "published", "source", "kind"),
    Index(None, "duplicate_of"),
)

# Every address that led to an article: the entry's, the fetched one, the canonical one.
article_urls = Table(
    "article_urls",
    metadata,
    Column("url", Text, primary_key=True),
    Column("article_id", Uuid, ForeignKey("articles.article_id"), nullable=False),
    Index(None, "article_id"),
)

# Every text an article ever had. A withdrawal is a change without a revision row.
revisions = Table(
    "revisions",
    metadata,
    Column("article_id", Uuid, ForeignKey("articles.article_id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content_hash", Text, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("article", JSON, nullable=False),  # the whole Article of events/
    Column("at", UtcDateTime, nullable=False),
    Column("text_dropped_at", UtcDateTime),
    _partial("revisions_texts_idx", "at", "article_id", where="text_dropped_at IS NULL"),
)

FEED_OF_TEXT: Final = FeedOfText(revisions.c.article)
"""The id of the feed by which a text came, as ``revisions_feed_idx`` has it."""
Index("revisions_feed_idx", FEED_OF_TEXT)

# Which article first carried a text: one row per text, so that one which a million pages share costs no more to find.
originals = Table(
    "originals",
    metadata,
    Column("content_hash", Text, primary_key=True),
    Column("article_id", Uuid, ForeignKey("articles.article_id"), nullable=False),
)

# The recorded decisions. `value` goes onto the wire; with `article_apart`, its article is in `revisions`, null here.
changes = Table(
    "changes",
    metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("source_event_id", Uuid, nullable=False, unique=True),
    Column("article_id", Uuid, ForeignKey("articles.article_id"), nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("traceparent", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("position", BigInteger),
    Column("article_apart", Boolean),
    Index(None, "article_id"),
    Index(None, "position", unique=True),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("letter_id", Uuid, primary_key=True),
    Column("entry_id", Uuid),
    Column("stage", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("url", Text),
    Column("letter", JSON, nullable=False),  # the whole DeadLetter of events/
    Column("failed_at", UtcDateTime, nullable=False),
    Column("retried_at", UtcDateTime),
    Index(None, "entry_id"),
    Index(None, "failed_at"),
)
