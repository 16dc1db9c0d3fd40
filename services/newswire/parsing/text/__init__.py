"""Text primitives that feeds and pages share: encodings, plain text, languages, moments, addresses."""
