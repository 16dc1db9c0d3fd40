"""What each page shows, as values: pure functions over what the operations give."""
