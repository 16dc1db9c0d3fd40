"""The seams: what the stages ask of the world, as protocols whose docstrings are the semantics.

Every adapter behind one port passes one contract suite (tests/contract/). A stage sees ports only.
"""

from newswire.ports.articles import Arrival, ArticleStore, RecordedChange
from newswire.ports.bus import Batch, Bus, Message, Partition, Record, Subscription
from newswire.ports.clock import Clock
from newswire.ports.feeds import FeedState, FeedStore, PollSaved, Recheck
from newswire.ports.ledger import DeadLine, EntryLine, Ledger, Schema, StoredArticle, Story
from newswire.ports.web import Request, Response, Web
from newswire.ports.workers import Workers

__all__ = [
    "Arrival",
    "ArticleStore",
    "Batch",
    "Bus",
    "Clock",
    "DeadLine",
    "EntryLine",
    "FeedState",
    "FeedStore",
    "Ledger",
    "Message",
    "Partition",
    "PollSaved",
    "Recheck",
    "Record",
    "RecordedChange",
    "Request",
    "Response",
    "Schema",
    "StoredArticle",
    "Story",
    "Subscription",
    "Web",
    "Workers",
]
