"""HTTP: what a running newswire answers. Each module stands alone: FastAPI is imported by those who serve only."""
