"""Ask one feed as the poller would, and save nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from newswire.domain.articles.drift.states import SourceState
from newswire.domain.feeds.entries import identify
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.canonical import registrable_domain
from newswire.parsing.jobs import parse_feed
from newswire.ports import Feeds, Request, Response, Sources, Web, Workers
from newswire.stages.limits import FEED_SETTING, TIME_SETTING
from newswire.stages.poll.feed_reader import ACCEPT, ReadRules


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """The answer of a feed's server, and what the poller knows about the feed."""

    url: str
    """The address that was asked."""
    response: Response
    document: ParsedFeed | None
    """None where the status is not 200."""
    known: FeedState | None
    """The subscribed feed; None where there is none at this address."""
    sources: Mapping[str, SourceState] = field(default_factory=dict)
    """What is known of the sources of its entries."""


async def check_feed(
    asked: FeedState, feeds: Feeds, sources: Sources, web: Web, workers: Workers, rules: ReadRules
) -> FeedCheck:
    """Fetch and parse a feed, without validators. ``asked`` is `newswire.operations.subscribe.subscription`'s.

    The credentials of ``asked`` are sent, or else those of the subscribed feed.
    Raises `Retry` or `Reject` where the server does not answer or the document is not a feed.
    """
    known = await feeds.by_url(asked.url)
    options = (known or asked).options if asked.options.credentials is None else asked.options
    request = Request(
        asked.url,
        max_bytes=rules.max_bytes,
        max_bytes_setting=FEED_SETTING,
        timeout_s=rules.timeout_s,
        timeout_setting=TIME_SETTING,
        truncate=True,
        accept=ACCEPT,
        credentials=options.credentials,
        obey_robots=rules.obey_robots and not options.ignore_robots,
    )
    response = await web.get(request)
    document = None
    if response.status == 200:
        content_type = response.headers.get("content-type")
        document = await workers.run(parse_feed, response.body, response.url, content_type, deadline_s=rules.deadline_s)
    named = {registrable_domain(one.url) for one in identify(document) if one.url} if document else set[str]()
    return FeedCheck(asked.url, response, document, known, await sources.states(named))
