"""The seams: what the stages ask of the world, as protocols whose docstrings are the semantics.

Every adapter behind one port passes one contract suite (tests/contract/). A stage sees ports only.
"""

from newswire.ports.articles import Arrival, ArticleStore, RecordedChange
from newswire.ports.bus import Batch, Bus, Message, Partition, Record, Subscription
from newswire.ports.clock import Clock
from newswire.ports.feeds import FeedCounts, FeedState, FeedStore, PollSaved, Recheck, RecordedFeedEvent
from newswire.ports.ledger import DeadLine, EntryLine, Ledger, Schema, SchemaState, StoredArticle, Story
from newswire.ports.topics import TopicAdmin
from newswire.ports.web import Request, Response, Web
from newswire.ports.websub import DueSubscription, HubSubscriptions
from newswire.ports.workers import Workers

__all__ = [
    "Arrival",
    "ArticleStore",
    "Batch",
    "Bus",
    "Clock",
    "DeadLine",
    "DueSubscription",
    "EntryLine",
    "FeedCounts",
    "FeedState",
    "FeedStore",
    "HubSubscriptions",
    "Ledger",
    "Message",
    "Partition",
    "PollSaved",
    "Recheck",
    "Record",
    "RecordedChange",
    "RecordedFeedEvent",
    "Request",
    "Response",
    "Schema",
    "SchemaState",
    "StoredArticle",
    "Story",
    "Subscription",
    "TopicAdmin",
    "Web",
    "Workers",
]
