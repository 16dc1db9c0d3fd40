"""One file per step, numbered in order. A released one is never edited.

``oldest`` in each is the oldest revision whose newswire can run on the schema that the step leaves.
"""
