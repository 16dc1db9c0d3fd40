"""What is learned of a host from the looks at its pages: how it edits, and whether it answers at all."""
