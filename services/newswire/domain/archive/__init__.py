"""The raw pages that articles were made from: WARC records, their index, and the names of the files."""
