"""HTTP servers of a running newswire. Only a process that serves imports a module, and with it FastAPI."""
