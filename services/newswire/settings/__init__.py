"""Settings: `load` reads them from an environment, `describe` lists them, `old_names` warns of renamed ones."""

from newswire.settings.environment import Described, describe, load, markdown
from newswire.settings.fetching import FetchSettings
from newswire.settings.groups import (
    BusDatabaseSettings,
    DeadSettings,
    ExtractSettings,
    PollSettings,
    RunSettings,
    Settings,
    StoreStageSettings,
    StoreUrl,
)
from newswire.settings.listening import ServeSettings, WebSubSettings
from newswire.settings.logs import LogSettings
from newswire.settings.renamed import old_names

__all__ = [
    "BusDatabaseSettings",
    "DeadSettings",
    "Described",
    "ExtractSettings",
    "FetchSettings",
    "LogSettings",
    "PollSettings",
    "RunSettings",
    "ServeSettings",
    "Settings",
    "StoreStageSettings",
    "StoreUrl",
    "WebSubSettings",
    "describe",
    "load",
    "markdown",
    "old_names",
]
