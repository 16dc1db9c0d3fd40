"""Facts about an article: claims that a page and a feed make, and one decision per fact."""
