"""Text primitives that feeds and pages share."""
