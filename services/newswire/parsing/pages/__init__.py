"""Web pages to articles: text, headline, authors, dates, rights."""
