"""Events about feeds: one died, moved or fell silent, or entries of it may be missing."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from newswire.events.values import Feed, Position, Utc, Value


class _FeedEventBase(Value):
    id: UUID
    feed: Feed = Field(description="As it was subscribed to when this happened.")
    at: Utc = Field(description="When it was noticed.")
    position: Position = None


class FeedFailing(_FeedEventBase):
    """Several polls of a feed in a row have failed. It is polled on, ever more rarely."""

    kind: Literal["feed-failing"] = "feed-failing"
    reason: str = Field(description="Of the last failure, e.g. timeout, dns, http-404, http-403.")
    errors: int = Field(ge=1, description="Failed polls in a row.")
    last_success: Utc | None = None


class FeedNotAFeed(_FeedEventBase):
    """A feed's address answers with something else than a feed, mostly a web page."""

    kind: Literal["feed-not-a-feed"] = "feed-not-a-feed"
    content_type: str | None = None
    announced: tuple[str, ...] = Field(
        default=(), description="Feeds that the page announces: candidates to subscribe to instead."
    )
    last_success: Utc | None = None


class FeedSilent(_FeedEventBase):
    """A feed answers, but has brought nothing new for much longer than it used to."""

    kind: Literal["feed-silent"] = "feed-silent"
    last_entry: Utc
    usual_gap_s: float = Field(ge=0, description="Seconds between two entries while it was alive.")


class FeedRecovered(_FeedEventBase):
    """A feed that was failing, silent or no feed is well again."""

    kind: Literal["feed-recovered"] = "feed-recovered"
    was: Literal["failing", "not-a-feed", "silent"]
    since: Utc = Field(description="When that was noticed.")


class FeedMoved(_FeedEventBase):
    """A permanent redirect held for long enough: the feed is polled at its new address from now on."""

    kind: Literal["feed-moved"] = "feed-moved"
    to: str
    merged_into: UUID | None = Field(
        default=None, description="The feed that was subscribed to at the new address already; this one is retired."
    )


class FeedGone(_FeedEventBase):
    """A feed's server says for good that it is gone (410, confirmed). It is polled no more."""

    kind: Literal["feed-gone"] = "feed-gone"
    status: int
    since: Utc = Field(description="When it said so first.")


class CoverageGap(_FeedEventBase):
    """Two polls of a feed share no entry: what came between may have been missed."""

    kind: Literal["coverage-gap"] = "coverage-gap"
    since: Utc = Field(description="The last poll before the gap: all that was served until then is known.")
    until: Utc = Field(description="The oldest entry after the gap, or when it was noticed where entries have no date.")


class CoverageRestored(_FeedEventBase):
    """A gap was closed: the feed's archive or the site's news sitemap reaches back to what was known before it."""

    kind: Literal["coverage-restored"] = "coverage-restored"
    gap_id: UUID = Field(description="The `id` of the coverage-gap event.")
    by: Literal["archive", "sitemap"] = Field(description="RFC 5005 archive pages, or the site's news sitemap.")
    recovered: int = Field(ge=0, description="Entries that were found in it, and in gaps that were closed with it.")


FeedEvent = Annotated[
    FeedFailing | FeedNotAFeed | FeedSilent | FeedRecovered | FeedMoved | FeedGone | CoverageGap | CoverageRestored,
    Field(discriminator="kind"),
]
