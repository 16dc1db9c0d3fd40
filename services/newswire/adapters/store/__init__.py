"""The ports over the database: feeds, their schedule and entries, articles, hub subscriptions, the ledger."""
