"""Webhooks: making and changing them, and sending to their receivers."""
