"""Domains whose hosts are limited as one: a 429 from one of them speaks for all.

A host on its own is otherwise the scope of a 429, for a domain is often many servers of many minds. On
these, everybody's pages stand on a host of their own before one limiter, so going on to the next host
would only earn the next 429.
"""

from typing import Final

SHARED_LIMITS: Final = {
    "blogspot.com": "a blog is a host, and Google's front end is all of them",
    "livejournal.com": "a journal is a host of one service",
    "medium.com": "a writer is a host or a path; 429s are told of feeds on both (snarfed/bridgy#1953)",
    "openrss.org": "one small service that asks its readers for patience (FreshRSS/FreshRSS#6973)",
    "reddit.com": "www, old and the languages are one site, limited by the client's address (FreshRSS/FreshRSS#8928)",
    "substack.com": "a newsletter is a host, and the platform limits them together (timf34/Substack2Markdown#28)",
    "tumblr.com": "a blog is a host; the service as a whole has a limit (FreshRSS/FreshRSS#8925)",
    "wordpress.com": "a blog is a host of one service; blogs of their own domain are not meant",
}
"""Each registrable domain with its reason."""
