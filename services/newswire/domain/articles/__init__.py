"""Decisions about articles: what an arrived article means, when its page is fetched again, when a record is retried."""
