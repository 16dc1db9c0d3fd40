"""The views of the SQL contract. Their columns only ever grow, at the end.

What `newswire.adapters.store.tables` calls its tables and columns is said here a second time, as the views' SQL.
"""

from dataclasses import replace
from typing import Final

from newswire.contracts.sql import Column, View
from newswire.contracts.wire_views import WIRE, WIRE_HEAD, event_of

_TIME: Final = "timestamptz"


def _of(table: str, **columns: tuple[str, str]) -> tuple[Column, ...]:
    """Columns that are the table's own: each its type and meaning."""
    return tuple(Column(name, kind, f'{table}."{name}"', meaning) for name, (kind, meaning) in columns.items())


def _in(json: str, **columns: tuple[str, str]) -> tuple[Column, ...]:
    """Columns that are fields of a JSON object: each its type and meaning."""
    return tuple(Column(name, kind, _field(json, name, kind), meaning) for name, (kind, meaning) in columns.items())


def _field(json: str, name: str, kind: str) -> str:
    if kind == "text[]":
        return f"ARRAY(SELECT jsonb_array_elements_text({json}->'{name}'))"
    return f"NULLIF({json}->'{name}', 'null')" if kind == "jsonb" else f"{json}->>'{name}'"


def _dated(name: str, meaning: str) -> tuple[Column, ...]:
    """A date that was found somewhere: when, where, how exactly."""
    date = f"r.article->'{name}'->>"
    return (
        Column(name, _TIME, f"{date}'value'", meaning),
        Column(f"{name}_source", "text", f"{date}'source'", f"Where {name} was read: feed, json-ld, meta, url, …"),
        Column(f"{name}_precision", "text", f"{date}'precision'", "second; or day, when only a date was given."),
    )


_TEXT: Final = (
    *_in(
        "r.article",
        url=("text", "The address it was fetched from."),
        canonical_url=("text", "The address that the article is."),
        canonical_link=("text", "The page's own canonical link, as it claims it."),
        source=("text", "The registrable domain of the canonical URL."),
        site_name=("text", "What the site calls itself."),
    ),
    Column("feed_id", "uuid", "r.article->'feed'->>'id'", "The feed it came by; none for an import."),
    Column("feed_url", "text", "r.article->'feed'->>'url'", "That feed's address."),
    Column("feed_title", "text", "r.article->'feed'->>'title'", "That feed's title."),
    *_in(
        "r.article",
        title=("text", "The headline."),
        description=("text", "The standfirst."),
        authors=("text[]", "Who wrote it."),
        language=("text", "ISO 639-1."),
        language_confidence=("float8", "From 0 to 1."),
        text=("text", "The text, plain, paragraphs parted by a newline."),
        word_count=("integer", "Words of the text."),
        image=("text", "The address of its picture."),
        sections=("text[]", "Where the publisher files it."),
        tags=("text[]", "What the publisher says it is about."),
    ),
    *_dated("published", "When the publisher says it was published."),
    *_dated("modified", "When the publisher says it was last changed."),
    *_in(
        "r.article",
        found_at=(_TIME, "When the entry was found that brought this text."),
        fetched_at=(_TIME, "When its page was fetched; null where there was none."),
        extracted_at=(_TIME, "When the text was extracted."),
        content_hash=("text", "sha256 (hex) of the text's words, folded: equal for reprints."),
        text_hash=("text", "sha256 (hex) of title and text: another one for every edit."),
        extraction=("jsonb", "How the text was come by: method, version, body_from, flags."),
        rights=("jsonb", "What the publisher says may be done with it: robots_allowed, tdm_reserved, …"),
        http=("jsonb", "The answer that the page came in: status, final_url, etag, …; null where there was none."),
    ),
)
"""The columns with an article's content, as in `newswire.events.Article`."""

_FACTS: Final = _in(
    "r.article",
    facts=("jsonb", "The grounds of title, authors and dates: source, confidence, candidates; null where not stated."),
    author_kinds=("text[]", "For each of the authors: person, organisation or agency; empty where not known."),
    text_kinds=("text[]", "For each line of the text: paragraph, heading, list item, …; empty where not known."),
)
"""Content that later versions added: at the end of each view, as a view's columns only grow there."""

_NARROW: Final = frozenset(
    ["url", "canonical_url", "source", "title", "language", "word_count", "published", "content_hash", "text_hash"]
)
"""The columns that the narrow table ``articles`` has too, so that a search need not unpack every text."""

_ARTICLES: Final = View(
    "articles_v1",
    "Every article as it stands, a row each, with its newest text.",
    "articles a CROSS JOIN LATERAL (SELECT article FROM revisions WHERE revisions.article_id = a.article_id"
    " ORDER BY revision DESC LIMIT 1) r",
    (
        *_of(
            "a",
            article_id=("uuid", "The article: uuid5 of its canonical URL."),
            kind=(
                "text",
                "What it is: published, duplicate (of another article) or withdrawn (by publisher or operator).",
            ),
            revision=("integer", "The number of its newest change, from 1."),
            duplicate_of=("uuid", "Of a duplicate: the article that it repeats."),
            first_seen=(_TIME, "When it was first stored."),
            changed_at=(_TIME, "When its newest change was decided."),
        ),
        *(replace(column, source=f"a.{column.name}") if column.name in _NARROW else column for column in _TEXT),
        *_of(
            "a",
            withdrawn_by=("text", "Of a withdrawn article: page, feed or operator; null for older withdrawals."),
            purged_at=(_TIME, "When its text was erased; its revisions have no words since then."),
        ),
        *_FACTS,
    ),
)

_REVISIONS: Final = View(
    "revisions_v1",
    "Every text that an article ever had. A withdrawal is a change that brings none.",
    "revisions r",
    (
        *_of(
            "r",
            article_id=("uuid", "The article."),
            revision=("integer", "The number of the change that brought this text."),
            at=(_TIME, "When that was decided."),
        ),
        *_TEXT,
        *_FACTS,
        *_of("r", text_dropped_at=(_TIME, "When the text was dropped after its time; null while it is kept.")),
    ),
)

_CHANGES: Final = View(
    "changes_v1",
    "Every change that was published, each once. To follow the wire, read the topic newswire.changes.v1, or wire_v1 "
    "by position; `at` is no order to follow by, as the clocks of replicas differ and a row is there only once it is "
    "committed.",
    f"changes c CROSS JOIN LATERAL (SELECT {event_of('c')} AS event OFFSET 0) e",
    (
        Column("id", "uuid", "c.change_id", "The event's id (ce_id)."),
        *_of(
            "c",
            kind=("text", "published, revised, duplicate, withdrawn, relinked or unlinked."),
            article_id=("uuid", "The article."),
            revision=("integer", "Counts every change of this article: 1, 2, 3, …"),
            entry_id=("uuid", "The entry that brought it."),
        ),
        Column(
            "source_event_id",
            "uuid",
            "(e.event->>'source_event_id')::uuid",
            "The article event that it was decided from; of another article where a link changed without the text.",
        ),
        *_of(
            "c",
            at=(_TIME, "When it was decided."),
        ),
        Column("duplicate_of", "uuid", "e.event->'duplicate_of'->>'article_id'", "Of a duplicate: what it repeats."),
        *_in(
            "e.event",
            changed=("text[]", "Of a revision: what is different: title, text, restored, unlinked, extraction."),
            previous_text_hash=("text", "Of a revision: the text_hash before."),
            status=("integer", "Of a withdrawal: the HTTP status that said so."),
        ),
        Column("event", "jsonb", "e.event", "The whole event's value (schemas/newswire.change.*.schema.json)."),
        Column("position", "bigint", "c.position", "Its number among all changes and feed events; see wire_v1."),
        Column("withdrawn_by", "text", "e.event->>'by'", "Of a withdrawal: page, feed or operator."),
        Column("withdrawal_reason", "text", "e.event->>'reason'", "Of a withdrawal: the operator's words."),
        Column("purged", "boolean", "(e.event->>'purged')", "Of a withdrawal: whether the text was erased too."),
        *_in("e.event", difference=("jsonb", "Of a revision: what changed, word by word.")),
    ),
)

_ENTRIES: Final = View(
    "entries_v1",
    "Every sighting that the books count: an entry of a feed in one form, a re-check, an imported line; and what "
    "became of it. Re-checks that the ledger has folded are not here: `newswire audit` counts them.",
    "sightings s LEFT JOIN outcomes own ON own.entry_id = s.entry_id"
    " LEFT JOIN outcomes led ON led.entry_id = s.follows AND own.entry_id IS NULL",
    (
        *_of(
            "s",
            entry_id=("uuid", "The entry: the id of its EntryFound event."),
            feed_id=("uuid", "The feed that served it; null for a re-check or an import."),
            reason=("text", "new, changed, recheck or import."),
            entry_key=("text", "What the feed tells it from its others by."),
            url=("text", "The article's address, canonicalised."),
            title=("text", "The title that the feed gives."),
            found_at=(_TIME, "When it was found."),
            follows=("uuid", "The entry that brought this address first and whose outcome it shares."),
        ),
        Column(
            "outcome",
            "text",
            "coalesce(own.kind, CASE WHEN led.kind = 'rejected' THEN led.kind WHEN led.kind IS NOT NULL"
            " THEN 'unchanged' END)",
            "published, revised, unchanged, duplicate, withdrawn or rejected; null while it is on its way.",
        ),
        Column(
            "outcome_reason",
            "text",
            "coalesce(own.reason, led.reason)",
            "Why it was rejected, or why nothing changed.",
        ),
        Column("article_id", "uuid", "coalesce(own.article_id, led.article_id)", "The article that it ended in."),
        Column("change_id", "uuid", "own.change_id", "The change that it made, if it made one."),
        Column("settled_at", _TIME, 'coalesce(own."at", led."at")', "When that was decided."),
    ),
)

_DEAD: Final = View(
    "dead_v1",
    "Every record that could not be used. `newswire dead show` has the original, `newswire dead retry` sends it again.",
    "dead_letters d",
    (
        Column("id", "uuid", "d.letter_id", "The dead letter (ce_id)."),
        *_of("d", entry_id=("uuid", "The entry that it is about; null where the record names none.")),
        *_in(
            "d.letter",
            stage=("text", "Who gave up: poll, extract or store."),
            topic=("text", "Where the record was read from."),
            partition=("integer", "Its partition."),
            offset=("bigint", "Its place in the partition."),
            key=("text", "Its key."),
            reason=("text", "A short word for counting: http-404, not-an-article, timeout, invalid-record, …"),
            error=("text", "The error's class."),
            message=("text", "The error's text."),
            attempts=("integer", "How often it was tried."),
            url=("text", "The address that it is about."),
            first_failed_at=(_TIME, "When it failed for the first time."),
            failed_at=(_TIME, "When it was given up."),
            version=("text", "The newswire that gave up."),
        ),
        *_of("d", retried_at=(_TIME, "When it was last sent again; null if never.")),
    ),
)

VIEWS: Final = (_ARTICLES, _REVISIONS, _CHANGES, _ENTRIES, _DEAD, WIRE, WIRE_HEAD)
