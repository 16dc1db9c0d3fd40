"""How Alembic runs here: on the connection, and in the transaction, that `DatabaseSchema` hands over.

To write a migration: change tables.py, add ``versions/NNNN_what.py`` by hand, and run
tests/contract/test_schema.py, which compares the two on both engines. It runs while replicas of the version before
are at work: it adds what they do not know of, and takes away only what they do not use (CONTRIBUTING.md).
"""

from alembic import context

from newswire.adapters.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
