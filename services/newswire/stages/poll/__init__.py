"""The first stage: feeds in, entries out."""
