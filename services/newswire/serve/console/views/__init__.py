"""The contents of each page as values: pure functions of the operations' results."""
