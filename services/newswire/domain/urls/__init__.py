"""Addresses: their normal form, the article's identity in them, redirectors and tracking parameters."""
