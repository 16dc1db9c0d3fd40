"""Move a store to another database: look, fence, copy, hand the log over, prove, open."""
