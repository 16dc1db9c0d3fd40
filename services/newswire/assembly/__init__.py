"""A running newswire put together from its settings: the parts, the stages, the pipeline, the health server."""
