"""The log between the stages: which topics there are and how a cluster must hold them."""
