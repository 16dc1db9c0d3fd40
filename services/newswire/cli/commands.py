"""The table of commands."""

from typing import Final

COMMANDS: Final = {
    "run": "run",
    "poll": "run",
    "extract": "run",
    "store": "run",
    "drift": "run",
    "websub": "run",
    "serve": "serve",
    "feeds": "feeds",
    "articles": "articles",
    "search": "reading",
    "show": "reading",
    "tail": "articles",
    "explain": "articles",
    "audit": "articles",
    "import": "imports",
    "withdraw": "withdraw",
    "dead": "dead",
    "wire": "wire",
    "link": "links",
    "unlink": "links",
    "archive": "archive",
    "redo": "redo",
    "retain": "retain",
    "topics": "topics",
    "keys": "keys",
    "webhooks": "webhooks",
    "migrate": "setup",
    "move": "move",
    "schemas": "setup",
    "doctor": "setup",
    "demo": "demo",
    "replay-examples": "replay",
}
"""Each command and the module beside this one that defines it: only the module that is asked for is imported."""
