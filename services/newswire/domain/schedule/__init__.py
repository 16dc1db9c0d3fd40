"""Decisions about when a feed is polled next."""
