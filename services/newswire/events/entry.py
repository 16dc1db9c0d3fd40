"""The event that `poll` publishes."""

from uuid import UUID

from pydantic import Field

from newswire.events.values import EntryReason, Feed, PageValidators, Precision, Utc, Value


class EntryFound(Value):
    """A feed served an entry that was not known in this form, or an article is due for a re-check."""

    id: UUID
    reason: EntryReason
    feed: Feed | None = None
    entry_key: str = Field(description="What the feed tells this entry from its others by.")
    fingerprint: str = Field(
        description="sha256 (hex) of what the feed says of the entry; a changed entry has another one."
    )
    url: str = Field(description="The article's address, canonicalised.")
    original_url: str = Field(description="The address as the feed gave it, resolved.")
    title: str | None = None
    summary: str | None = Field(default=None, description="Plain text.")
    content: str | None = Field(
        default=None, description="The full text that the feed carries, plain, paragraphs parted by a newline."
    )
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None
    published: Utc | None = None
    modified: Utc | None = None
    published_precision: Precision = Field(
        default="second", description="'day' when the feed gives only a date; published is then its midnight, UTC."
    )
    modified_precision: Precision = Field(default="second", description="The same for modified.")
    published_raw: str | None = Field(
        default=None,
        description="The feed's date of publication as written, where published is null because it is in doubt.",
    )
    found_at: Utc
    ignore_robots: bool = Field(
        default=False, description="The operator has the publisher's leave: the page is fetched unasked of robots.txt."
    )
    shared_page: bool = Field(
        default=False,
        description="Several entries of the feed link to this page: the article is the feed's text.",
    )
    no_page: bool = Field(
        default=False,
        description="The entry has no page of its own: nothing is fetched, content is the article's text, and url is "
        "the feed's address with a fragment of the entry's own.",
    )
    article_id: UUID | None = Field(default=None, description="Of a re-check: the article that is looked at again.")
    deleted_at: Utc | None = Field(
        default=None,
        description="The feed says that it took the entry away then (RFC 6721); article_id names the article, and no "
        "page is fetched.",
    )
    validators: PageValidators | None = Field(
        default=None, description="Of a re-check: what to ask the page's server with."
    )
