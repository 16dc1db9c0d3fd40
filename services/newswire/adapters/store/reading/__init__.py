"""Queries for the read side."""
