"""The setting of the topic of latest states."""

from pydantic import Field

from newswire.settings.group import Group


class LatestSettings(Group):
    """The topic of latest states."""

    publish: bool = Field(
        default=False,
        description="Publish the latest state of each article to the compacted topic newswire.latest.v1, too. Run "
        "'newswire topics ensure' (on Kafka) before and 'newswire wire fill-latest' after switching it on.",
    )
