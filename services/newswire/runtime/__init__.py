"""Runs the stages: consuming the log, worker processes, supervision. No stage knows how it is run."""
