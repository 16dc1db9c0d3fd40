"""What readers of the wire ask the database."""
