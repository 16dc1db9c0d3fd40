"""A sample newsroom on loopback, what a correct run over it must find, and how a run is shown."""
