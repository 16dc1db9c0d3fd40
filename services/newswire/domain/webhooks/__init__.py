"""Webhooks: the state of a receiver's endpoint, the next attempt, the signature."""
