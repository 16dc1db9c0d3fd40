"""The wire as it is read: cursors, filters, parts of documents, keys and their scopes, differences of two texts."""
