"""Importing this loads everything that parsing needs.

Named in the worker pool's preload list: the processes are then forked from one that has the word lists and the
language model in memory already, and share those pages. The collector leaves them alone then: its marks would give
each process a copy of its own.
"""

import gc

from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.page import parse_page, warm

warm()
gc.collect()
gc.freeze()

__all__ = ["parse_feed", "parse_page"]
