"""Domains whose hosts are limited as one: a 429 from one of them speaks for all.

A host on its own is otherwise the scope of a 429, for a domain is often many servers of many minds. On
these, everybody's pages stand on a host of their own before one limiter, so going on to the next host
would only earn the next 429.
"""

from typing import Final

SHARED_LIMITS: Final = {
    "blogspot.com": "a blog is a host, served by one front end",
    "medium.com": "a writer is a host or a path of one service that tells feed readers 429 (snarfed/bridgy#1953)",
    "openrss.org": "one service that asks its readers for few requests at a time (FreshRSS/FreshRSS#6973)",
    "reddit.com": "www and old are one site that allows about a request a minute (FreshRSS/FreshRSS#8928)",
    "substack.com": "a newsletter is a host of one platform, which limits its readers (timf34/Substack2Markdown#28)",
    "tumblr.com": "a blog is a host, and the service as a whole has a limit (FreshRSS/FreshRSS#8925)",
}
"""Each registrable domain with its reason."""
