"""The read side over HTTP: everything below /v1."""
