"""The seams: what the stages ask of the world, as protocols whose docstrings are the semantics.

Every adapter behind one port passes one contract suite (tests/contract/). A stage sees ports only.
"""

from newswire.ports.api_keys import ApiKeys
from newswire.ports.archive import Archive, ArchiveUpkeep, Dropped, PackedPage
from newswire.ports.article_reads import ArticleNow, ArticleReads, CopyLink, TextRevision
from newswire.ports.articles import ArticleStore
from newswire.ports.bus import Batch, Bus, Message, Partition, Record, Subscription
from newswire.ports.clock import Clock
from newswire.ports.console_reads import BookedEntry, ConsoleReads, DeadGroup, DeadHead
from newswire.ports.entries import Entries
from newswire.ports.erasure import Erasure
from newswire.ports.feed_events import FeedEvents
from newswire.ports.feed_reads import FeedReads
from newswire.ports.feeds import Feeds
from newswire.ports.latest import StandingArticle, StandingArticles
from newswire.ports.ledger import DeadLine, EntryLine, Ledger, StoredArticle, UrlHistory
from newswire.ports.ledger_fold import Foldable, FoldedPage, LedgerFold
from newswire.ports.links import ComparedArticles, Links
from newswire.ports.moving import MovableStore, MovableTables, TableRows
from newswire.ports.past_entries import PastEntries
from newswire.ports.rechecks import Rechecks
from newswire.ports.retention import DroppedLetters, DroppedTexts, StoreRetention
from newswire.ports.schedule import FeedSchedule
from newswire.ports.schema import Schema, SchemaState
from newswire.ports.search import IndexState, Searches, SearchIndex, TooBroad
from newswire.ports.sources import Sources
from newswire.ports.time_place import TimePlace
from newswire.ports.topics import TopicAdmin
from newswire.ports.warc_file import WarcFileRecord, WarcPage
from newswire.ports.web import Request, Response, Web
from newswire.ports.webhooks import WebhookAnswer, WebhookFigures, Webhooks, WebhookSender
from newswire.ports.websub import DueSubscription, HubSubscriptions, HubUpkeep
from newswire.ports.whole_changes import SplitPage, WholeChanges
from newswire.ports.wire import Wire, WireEvent, WireHead
from newswire.ports.workers import Workers

__all__ = [
    "ApiKeys",
    "Archive",
    "ArchiveUpkeep",
    "ArticleNow",
    "ArticleReads",
    "ArticleStore",
    "Batch",
    "BookedEntry",
    "Bus",
    "Clock",
    "ComparedArticles",
    "ConsoleReads",
    "CopyLink",
    "DeadGroup",
    "DeadHead",
    "DeadLine",
    "Dropped",
    "DroppedLetters",
    "DroppedTexts",
    "DueSubscription",
    "Entries",
    "EntryLine",
    "Erasure",
    "FeedEvents",
    "FeedReads",
    "FeedSchedule",
    "Feeds",
    "Foldable",
    "FoldedPage",
    "HubSubscriptions",
    "HubUpkeep",
    "IndexState",
    "Ledger",
    "LedgerFold",
    "Links",
    "Message",
    "MovableStore",
    "MovableTables",
    "PackedPage",
    "Partition",
    "PastEntries",
    "Rechecks",
    "Record",
    "Request",
    "Response",
    "Schema",
    "SchemaState",
    "SearchIndex",
    "Searches",
    "Sources",
    "SplitPage",
    "StandingArticle",
    "StandingArticles",
    "StoreRetention",
    "StoredArticle",
    "Subscription",
    "TableRows",
    "TextRevision",
    "TimePlace",
    "TooBroad",
    "TopicAdmin",
    "UrlHistory",
    "WarcFileRecord",
    "WarcPage",
    "Web",
    "WebhookAnswer",
    "WebhookFigures",
    "WebhookSender",
    "Webhooks",
    "WholeChanges",
    "Wire",
    "WireEvent",
    "WireHead",
    "Workers",
]
