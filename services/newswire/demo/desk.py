"""One site in one edition: which stories stand, where, and since when."""

from dataclasses import dataclass
from datetime import datetime

from newswire.demo.sites import Channel, Copy, Edition, Site, Story


@dataclass(frozen=True, slots=True)
class Desk:
    """The values that the renderers get. All addresses are absolute."""

    site: Site
    base: str
    """``http://host:port``, without a final slash."""
    now: datetime
    """When the newsroom opened, UTC."""
    edition: Edition

    def url(self, story: Story) -> str:
        """The address of a story's page."""
        return self.base + story.path

    def moved_path(self, story: Story) -> str:
        """The path of the former address that redirects to a story's page."""
        return f"/go/{story.slug}"

    def published(self, story: Story) -> datetime:
        """When a story came out."""
        return self.now - story.age

    def edited(self, story: Story) -> bool:
        """Whether the page says something else than it did at first."""
        return self.edition == 2 and story.second != story.first

    def modified(self, story: Story) -> datetime:
        """When a story's page last changed."""
        return self.now if self.edited(story) else self.published(story)

    def carried(self, channel: Channel) -> tuple[Story, ...]:
        """The stories that a feed carries, newest first."""
        stories = (
            story
            for story in self.site.stories
            if channel.path in story.feeds
            and story.since <= self.edition
            and not (story.withdrawn and self.edition == 2)
        )
        return tuple(sorted(stories, key=lambda story: story.age))

    def buried(self, channel: Channel) -> tuple[Story, ...]:
        """The stories that a feed carried and that were withdrawn."""
        return tuple(
            story
            for story in self.site.stories
            if channel.path in story.feeds and story.withdrawn and self.edition == 2
        )

    def copy(self, story: Story) -> Copy:
        """The text of a story's page."""
        return story.copy(self.edition)

    def told(self, story: Story) -> tuple[Copy, datetime]:
        """The text of a story in the feeds, and the time of its last change there."""
        if story.edit_in_feed:
            return self.copy(story), self.modified(story)
        return story.first, self.published(story)

    def link(self, story: Story, channel: Channel) -> str | None:
        """The address that a feed gives for a story."""
        match story.link:
            case "none":
                return None
            case "ftp":
                return f"ftp://127.0.0.1{story.path}"
            case "moved":
                address = self.base + self.moved_path(story)
            case "page":
                address = self.url(story)
        return f"{address}?{channel.tracking}" if channel.tracking else address
