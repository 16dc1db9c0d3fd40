"""Search: texts and queries as tokens, what a query asks for, and the order of its answers. No engine is named here."""
