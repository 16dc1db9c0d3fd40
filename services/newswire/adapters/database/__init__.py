"""One database, SQLite or Postgres: connections, columns, migrations."""

from newswire.adapters.database.engine import Database

__all__ = ["Database"]
