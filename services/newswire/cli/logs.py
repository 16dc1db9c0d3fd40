"""Where the log lines of a running service go."""

import sys
from typing import TextIO, cast

from rich.file_proxy import FileProxy

from newswire import log as logging
from newswire.cli.app import err
from newswire.settings import Settings


def log_for(config: Settings, service: str) -> None:
    """Write the log lines of ``service`` as the settings say."""
    terminal = err.is_terminal and config.log.format != "json"
    # Lines for people go through the console that shows the progress, or the two would overwrite each other.
    stream = cast("TextIO", FileProxy(err, sys.stderr)) if terminal else None
    logging.configure(config.log, service=service, terminal=terminal, stream=stream)
