"""Settings: `load` reads them from an environment, `describe` tells people about them."""

from newswire.settings.environment import Described, describe, load, markdown
from newswire.settings.groups import (
    BusDatabaseSettings,
    DeadSettings,
    DecideSettings,
    ExtractSettings,
    FetchSettings,
    LogSettings,
    PollSettings,
    RunSettings,
    Settings,
    StoreUrl,
)

__all__ = [
    "BusDatabaseSettings",
    "DeadSettings",
    "DecideSettings",
    "Described",
    "ExtractSettings",
    "FetchSettings",
    "LogSettings",
    "PollSettings",
    "RunSettings",
    "Settings",
    "StoreUrl",
    "describe",
    "load",
    "markdown",
]
