"""The contract: every event that newswire publishes, as frozen models.

Events travel as CloudEvents 1.0 in binary mode: the attributes (``ce_id``, ``ce_type``, …) are
record headers, the record's value is the plain JSON of one model below. ``schemas/`` is generated
from this file (``newswire schemas export``) and a test fails when the two differ.

Rules of change: fields are only ever added, and optional; nothing is renamed, retyped or tightened;
a breaking change is a new version of the event beside the old one. Consumers ignore what they do
not know. Unknown is ``None``, never a guess. Every time is aware and in UTC.

Event ids are deterministic (uuid5), so a consumer that drops ids it has seen gets exactly once:

==============  =======================================================================
an entry        feed, entry key, fingerprint (a re-check: article, number of the check)
an article      the entry it answers
a change        article, revision
a latest state  the article's newest change, epoch
a dead letter   the entry (or the record's place in its topic), stage, attempt, and the
                dead letter it was sent again from
a feed event    feed, kind, the moment it was noticed (recorded before it is published)
a source event  source, kind, signal, the article at which it was noticed
==============  =======================================================================
"""

from newswire.events.article import NO_RIGHTS, Article, ArticleFacts, Basis, Extraction, Http, Rights
from newswire.events.changes import (
    EDITOR,
    RULE,
    Change,
    Comparison,
    Duplicate,
    DuplicateOf,
    Passage,
    Published,
    Relinked,
    Revised,
    RevisionDifference,
    Unlinked,
    Withdrawn,
)
from newswire.events.dead import DeadLetter
from newswire.events.entry import EntryFound
from newswire.events.extracted import ArticleEvent, ArticleExtracted, ArticleGone, ArticleUnchanged
from newswire.events.feeds import (
    CoverageGap,
    CoverageRestored,
    FeedEvent,
    FeedFailing,
    FeedGone,
    FeedMoved,
    FeedNotAFeed,
    FeedRecovered,
    FeedSilent,
)
from newswire.events.latest import LatestArticle
from newswire.events.names import (
    ARTICLES,
    CHANGES,
    DEAD,
    ENTRIES,
    LATEST,
    NAMESPACE,
    RETRIES,
    TOPICS,
    article_id_of,
    feed_id_of,
    source_id_of,
    stable_id,
)
from newswire.events.sources import SourceDrift, SourceEvent, SourceRecovered
from newswire.events.values import (
    NO_VALIDATORS,
    Dated,
    DateSource,
    EntryReason,
    Feed,
    PageValidators,
    Precision,
    Utc,
    Value,
)

__all__ = [
    "ARTICLES",
    "CHANGES",
    "DEAD",
    "EDITOR",
    "ENTRIES",
    "LATEST",
    "NAMESPACE",
    "NO_RIGHTS",
    "NO_VALIDATORS",
    "RETRIES",
    "RULE",
    "TOPICS",
    "Article",
    "ArticleEvent",
    "ArticleExtracted",
    "ArticleFacts",
    "ArticleGone",
    "ArticleUnchanged",
    "Basis",
    "Change",
    "Comparison",
    "CoverageGap",
    "CoverageRestored",
    "DateSource",
    "Dated",
    "DeadLetter",
    "Duplicate",
    "DuplicateOf",
    "EntryFound",
    "EntryReason",
    "Extraction",
    "Feed",
    "FeedEvent",
    "FeedFailing",
    "FeedGone",
    "FeedMoved",
    "FeedNotAFeed",
    "FeedRecovered",
    "FeedSilent",
    "Http",
    "LatestArticle",
    "PageValidators",
    "Passage",
    "Precision",
    "Published",
    "Relinked",
    "Revised",
    "RevisionDifference",
    "Rights",
    "SourceDrift",
    "SourceEvent",
    "SourceRecovered",
    "Unlinked",
    "Utc",
    "Value",
    "Withdrawn",
    "article_id_of",
    "feed_id_of",
    "source_id_of",
    "stable_id",
]
