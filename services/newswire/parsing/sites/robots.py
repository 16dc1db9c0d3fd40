"""robots.txt (RFC 9309): what one crawler may fetch.

Protego judges paths against rules; which rules are ours is decided here first. It keeps every rule
once per user agent of its group, so a hostile file of many agents over many rules would cost it
hundreds of millions of them.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Final

from protego import Protego

from newswire.parsing.text.addresses import absolute

MAX_BYTES: Final = 512 * 1024
"""What is read of a robots.txt; §2.5 asks for at least 500 KiB."""

MAX_RULES: Final = 5_000
"""What is read of our own rules: the longest of 1,046 real files has 925."""

_AGENT: Final = re.compile(r"user[- ]?agent(?:\s*:|\s)\s*(.*)", re.IGNORECASE)
_SITEMAP: Final = re.compile(r"site-?maps?\s*:\s*(\S+)", re.IGNORECASE)
_SITE_WIDE: Final = re.compile(r"(?:site-?maps?|host)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one robots.txt for one crawler."""

    judge: Protego
    size: int
    """Characters of rules kept: about what they weigh in memory, times a constant."""

    def allow(self, url: str) -> bool:
        """Whether ``url`` (absolute, of this origin) may be fetched."""
        return self.judge.can_fetch(url, "*")

    @property
    def delay_s(self) -> float | None:
        """Crawl-delay in seconds; not in the RFC, but many publishers mean it."""
        return self.judge.crawl_delay("*")


def read_robots(body: bytes, agent: str) -> Rules:
    """The rules in ``body`` for the crawler whose product token is ``agent``. Never fails: junk allows."""
    kept = "\n".join(["User-agent: *", *_rules_for(agent.lower(), _text(body[:MAX_BYTES]))[:MAX_RULES]])
    return Rules(Protego.parse(kept), len(kept))


def sitemaps_named(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps that ``body``, the robots.txt of ``url``'s host, names (sitemaps.org), absolute, each once."""
    named = (_SITEMAP.match(line.partition("#")[0].strip()) for line in _text(body[:MAX_BYTES]).splitlines())
    addresses = (absolute(found[1], url) for found in named if found)
    return tuple(dict.fromkeys(address for address in addresses if address))


def _rules_for(agent: str, text: str) -> list[str]:
    """The rule lines of every group that names ``agent``; without one, of every group for ``*`` (§2.2.1)."""
    ours: list[str] = []
    everyones: list[str] = []
    named = False
    group: set[str] = set()
    in_rules = True
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if not line or _SITE_WIDE.match(line):
            continue
        if (start := _AGENT.match(line)) is not None:
            if in_rules:
                group, in_rules = set(), False
            token = _token(start[1])
            group.add(token)
            named = named or token == agent
            continue
        in_rules = True
        if agent in group:
            ours.append(line)
        if "*" in group:
            everyones.append(line)
    return ours if named else everyones


def _token(value: str) -> str:
    """The product token of a User-agent line: versions and comments behind it do not count."""
    if value.startswith("*"):
        return "*"
    return value.partition("/")[0].strip().lower()


def _text(body: bytes) -> str:
    """UTF-8 (§2.2); what an editor stored as UTF-16 says so in its first bytes."""
    if body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace")
