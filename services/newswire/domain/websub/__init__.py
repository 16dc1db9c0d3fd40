"""Decisions about subscriptions at WebSub hubs (W3C Recommendation, 23 January 2018)."""
