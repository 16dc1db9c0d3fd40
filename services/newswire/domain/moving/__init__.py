"""Moving to another database: the marks of a move at both ends, the next step, the checks before it."""
