"""Settings of the logs."""

from typing import Literal

from pydantic import Field

from newswire.settings.group import Group

Level = Literal["debug", "info", "warning", "error"]


class LogSettings(Group):
    """The level of the log, and its format."""

    level: Level = Field(default="info", description="The lowest level of newswire's own lines that are logged.")
    libraries_level: Level = Field(
        default="warning",
        description="The lowest level of the lines of libraries (database, Kafka, page parsing) that are logged.",
    )
    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="JSON lines, or text for people; auto is console on a terminal and json elsewhere."
    )
