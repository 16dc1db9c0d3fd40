"""Text in its normal form: furniture removed, words counted, content hashed, signatures made."""
