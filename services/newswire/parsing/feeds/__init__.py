"""Feed documents to entries: RSS, Atom, RDF, JSON Feed, sitemaps, OPML lists."""
