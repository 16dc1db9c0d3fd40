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
from newswire.settings.listening import WebSubSettings

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
    "WebSubSettings",
    "describe",
    "load",
    "markdown",
]
