"""Every event that newswire logs, with its levels and fields.

A test reads every call of a logger in the source and holds it against this list. `docs/logs.md` is printed from it.
"""

from dataclasses import dataclass
from typing import Final, Literal

LogLevel = Literal["debug", "info", "warning", "error", "critical"]


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One kind of line."""

    name: str
    levels: tuple[LogLevel, ...]
    fields: tuple[str, ...]
    """Beside those of every line, and those that are there while a poll or a record is worked on (`CONTEXT`)."""
    meaning: str


EVENTS: Final = (
    LogEvent("entry.found", ("info",), ("url", "reason", "follows", "outcome", "outcome_reason"),
          "A poll found an entry, or an article is looked at again (`recheck`). Written before it is booked: after a "
          "crash the same entry is found again."),
    LogEvent("entry.refused", ("warning",), ("url", "reason", "error"), "No log can carry the entry: it is rejected."),
    LogEvent("entry.retry", ("info",), ("url", "reason", "error", "attempt", "due"),
          "The page could not be read; another attempt is due then."),
    LogEvent("entry.extract", ("debug", "info"), ("url", "outcome", "article_id", "words", "body"),
          "The page was read; `unchanged` (at debug) says that a page that was looked at again is as it was."),
    LogEvent("entry.dead", ("warning",), ("url", "reason", "error", "attempt"), "The entry goes to the dead letters."),
    LogEvent("entry.extract.unexpected", ("error",), ("url",), "An error that nobody foresaw; the entry dies of it."),
    LogEvent("entry.outcome", ("info",), ("url", "outcome", "reason", "article_id", "change_id", "revision"),
          "The entry's outcome in the books, with the change that it makes. Written before it is durable: where an "
          "entry has several, the last one counts."),
    LogEvent("articles.stored", ("info",), ("articles", "changes", "dead", "failed"), "A batch is on the wire."),
    LogEvent("article.store.unexpected", ("error",), (), "An error that nobody foresaw; the article dies of it."),
    LogEvent("dead-letter.unexpected", ("error",), ("offset",), "The database refuses a dead letter."),
    LogEvent("record.invalid", ("warning",), ("topic", "offset", "reason", "error"),
          "A record that cannot be read goes to the dead letters."),
    LogEvent("record.not-before-unreadable", ("warning",), ("topic", "offset", "header"),
          "A retry's time cannot be read: it is due at once."),
    LogEvent("stage.summary", ("info",),
          ("stage", "seconds", "outcomes", "polls", "retries", "changes", "workers_lost", "dead_letters", "lag",
           "feeds", "oldest_waiting_s", "in_flight", "stalled_s", "away_s", "memory_bytes", "first_attempts", "late",
           "cpu_s", "webhooks", "webhooks_disabled", "lag_positions"),
          "The figures of a stage since its last line: every minute, and when the process ends in good order. What "
          "cannot be read at present is left out."),
    LogEvent("stage.waits", ("warning",), ("stage", "dependency", "error", "retry_in_s"),
          "A stage, or a task beside it, cannot go on, as a dependency is away; it is started again after that time."),
    LogEvent("stage.started", ("info",), ("stage",), "A stage begins to work: what it waited for is there."),
    LogEvent("stage.failed", ("error",), ("stage", "retry_in_s"), "A stage failed; it is started again."),
    LogEvent("stage.stopped", ("critical",), ("stage", "error"), "A stage stopped itself; the process ends."),
    LogEvent("dependency.away", ("warning",), ("consumer", "dependency", "error"),
          "A stage found the broker, the database or the archive away, and waits for it."),
    LogEvent("dependency.back", ("info",), ("consumer", "dependency", "seconds"),
          "It answers again; so long the stage waited."),
    LogEvent("dependency.given-up", ("info",), ("consumer", "dependency", "seconds"),
          "The stage waits no more, as it has lost or put off the work: whether the dependency is back, it cannot "
          "tell."),
    LogEvent("partitions.lost", ("info",), ("consumer", "partitions", "dropped"),
          "Another process took partitions over before work on them was done."),
    LogEvent("revoke.timeout", ("warning",), ("consumer", "seconds"),
          "Work on partitions that were to be given up did not end in time."),
    LogEvent("drain.stuck", ("error",), ("consumer", "units"), "Work did not end when the process was to end."),
    LogEvent("close.unheard", ("warning",), ("consumer", "error"), "The broker did not hear that the consumer left."),
    LogEvent("signal.received", ("info",), ("signal", "again"), "The process is asked to end."),
    LogEvent("pool.replaced", ("warning",), ("tasks",), "All worker processes were replaced."),
    LogEvent("bus.pruned", ("info",), ("records",), "Old records were deleted."),
    LogEvent("archive.erased", ("info",), ("pages",), "The archived pages of a purged article were erased."),
    LogEvent("archive.damaged", ("warning",), ("error",),
          "An archived page cannot be read and is passed over, or the index of a file, which is then read itself."),
    LogEvent("archive.dropped", ("info",), ("files", "until"),
          "Archived pages were deleted, as they were kept for long enough."),
    LogEvent("archive.merged", ("info",), ("files",), "Small files of archived pages were merged into larger ones."),
    LogEvent("ledger.folded", ("info",), ("lines", "deleted"),
          "Old lines of the ledger were counted into its totals; those of re-checks were deleted."),
    LogEvent("texts.dropped", ("info",), ("texts", "size", "kept"), "Texts of articles were dropped after their time."),
    LogEvent("dead-letters.dropped", ("info",), ("letters", "unsent"),
          "Dead letters were deleted, as they were kept for long enough."),
    LogEvent("audit.done", ("info", "error"), ("lost", "pending", "seconds"),
          "The books were held against the log; `error` where entries are lost."),
    LogEvent("audit.failed", ("warning",), ("error",), "The audit could not be made; the next one may."),
    LogEvent("metrics.unobserved", ("debug",), ("error",), "Lag and schedule cannot be read at present."),
    LogEvent("feed.poll", ("debug", "info"), ("outcome", "status", "found", "published"),
          "A poll is over; one that found nothing new is at debug, but for the first one after a failure."),
    LogEvent("feed.poll.failed", ("warning",), ("reason", "error"), "The feed could not be read."),
    LogEvent("feed.poll.unexpected", ("error",), (), "An error that nobody foresaw; the feed is polled again later."),
    LogEvent("feed.poll.waiting", ("warning",), ("dependency", "error"),
          "A poll was given up, as the broker or the database was away for too long."),
    LogEvent("feed.event", ("warning",), ("event_id", "kind", "details"),
          "Something about the feed itself: it fails, is silent, moved, is gone, or entries may be missing."),
    LogEvent("feed.event.not-ours", ("debug",), ("event_id", "error"), "Another version's event is left to it."),
    LogEvent("feed.habits", ("warning",), ("learned", "token_params"), "The feed makes parts of its entries anew."),
    LogEvent("feed.validators.lie", ("warning",), ("hint",), "The feed's 304s hid news."),
    LogEvent("feed.truncated", ("warning",), ("entries", "note"), "The feed is too large; its head was read."),
    LogEvent("feed.parts.left", ("warning",), ("parts", "read"), "A sitemap has more parts than are read."),
    LogEvent("feed.part.failed", ("warning",), ("part", "reason", "error"), "A part of a sitemap could not be read."),
    LogEvent("feed.gap.page.failed", ("warning",), ("page", "reason", "error"), "An archive page could not be read."),
    LogEvent("feed.gap.robots.failed", ("warning",), ("reason", "error"), "robots.txt could not be read."),
    LogEvent("feed.gap.sitemap.failed", ("warning",), ("page", "reason", "error"), "A sitemap could not be read."),
    LogEvent("kafka.no_answer", ("warning",), ("group", "partitions", "error"), "Partitions of the log do not answer."),
    LogEvent("kafka.stuck", ("warning",), ("group", "partitions"), "The Kafka client is started anew."),
    LogEvent("kafka.records_lost", ("warning",), ("group", "partition", "records", "why"),
          "Kafka deleted records before they were read."),
    LogEvent("search.waiting", ("warning",), ("dependency", "error"), "The search index waits for the database."),
    LogEvent("schema.no-reader", ("warning",), ("role", "advice"), "The role for SQL readers could not be made."),
    LogEvent("sqlite.scrub.waits", ("warning",), ("error",), "Erased text is still in the database's files."),
    LogEvent("serve.off", ("warning",), ("error",), "The wire is not served, as its port is taken."),
    LogEvent("serve.waiting", ("warning",), ("dependency", "error"),
          "The database or the broker is away; a reader waits."),
    LogEvent("serve.fenced", ("warning",), ("error",),
          "Somebody wants to change what is kept in a store that moves or has moved; the answer is 503."),
    LogEvent("serve.slow-reader", ("info",), ("seconds",), "A reader took too long; its connection was closed."),
    LogEvent("source.drift", ("warning",), ("source", "signal", "usual", "articles", "measured", "direction"),
             "A site's pages do not give what they used to give."),
    LogEvent("source.recovered", ("info",), ("source", "signal", "usual", "articles", "by", "since"), "They do again."),
    LogEvent("webhooks.disabled", ("error",), ("answer", "cursor", "why"), "A webhook was disabled."),
    LogEvent("webhooks.failed", ("warning",), ("answer", "attempts", "cursor", "next_attempt_at"),
             "A receiver did not accept an event; it is tried again."),
    LogEvent("webhooks.turn-failed", ("error",), (), "An error that nobody foresaw; the webhook is tried again."),
    LogEvent("webhooks.waiting", ("warning",), ("dependency", "error"), "The database is away."),
    LogEvent("websub.asked", ("info",), ("mode", "status"), "A hub was asked to subscribe or unsubscribe."),
    LogEvent("websub.failed", ("warning",), ("mode", "reason", "error"), "A hub refused, or did not answer."),
    LogEvent("websub.changed", ("info",), ("was", "state", "silent"), "A subscription has another state."),
    LogEvent("websub.called", ("info",), ("feed_id", "hub", "was", "state"), "A hub verified or denied one."),
    LogEvent("websub.delivered", ("info",), ("feed_id", "hub", "bytes"), "A hub announced news."),
    LogEvent("websub.ignored", ("warning",), ("feed_id", "hub", "why"), "An announcement was not signed as agreed."),
    LogEvent("websub.moved", ("info",), ("callback_url", "subscriptions"), "The hubs are asked to use a new address."),
    LogEvent("websub.waiting", ("warning",), ("dependency", "error"), "The database is away."),
    LogEvent("listener.failed", ("error",), ("server",), "A server of this process failed; the process goes on."),
    LogEvent("serve.failed", ("error",), ("path",), "A reader's request failed by an error that nobody foresaw."),
    *(
        LogEvent(f"{server}.listening", ("info",), ("host", "port"), "The server listens.")
        for server in ("health", "serve", "websub")
    ),
)  # fmt: skip
"""Every event."""
