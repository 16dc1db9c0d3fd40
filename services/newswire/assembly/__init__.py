"""A running newswire put together from its settings: the backends, the stages, the pipeline, the health server."""
