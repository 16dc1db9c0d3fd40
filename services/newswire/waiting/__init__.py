"""Waiting: with a bound, with growing delays, for whatever comes first. Stages, runtime and adapters share it."""
