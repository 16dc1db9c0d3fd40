"""Show the feeds that were found at a site, and say why each was taken or left out."""

from datetime import datetime

from newswire.cli.app import say
from newswire.domain.feeds.discovery import WELL_KNOWN, FeedChoice
from newswire.domain.feeds.state import FeedState
from newswire.errors import UsageError
from newswire.operations.discover import Discovered, Discovery
from newswire.operations.subscribe import subscriptions


async def found_at(
    asked: FeedState, discovery: Discovery, now: datetime, *, everything: bool = False
) -> list[FeedState]:
    """The feeds to subscribe to at an address that a person named; one line on stderr about each feed found.

    Raises `UsageError` where none was taken, and what `Discovery.search` raises.
    """
    found = await discovery.search(asked.url, everything=everything, credentials=asked.options.credentials)
    for choice in found.choices:
        say(choice_line(choice))
    if not found.taken:
        raise UsageError(nothing_taken(found))
    return subscriptions(asked, found.taken, now)


def choice_line(choice: FeedChoice) -> str:
    """One feed that was found, for people."""
    found = choice.found
    facts = [found.format or "", f'"{found.title}"' if found.title else ""]
    if found.format not in {None, "sitemap-index"}:
        facts.append("1 entry" if len(found.entries) == 1 else f"{len(found.entries)} entries")
    verdict = "subscribed" if choice.taken else "left out"
    return f"{found.url}  {', '.join(filter(None, facts))}  {verdict}: {choice.why}"


def nothing_taken(found: Discovered) -> str:
    """Say that there is no feed to subscribe to, and what to do instead."""
    if found.choices:
        return f"nothing at {found.url} was taken; newswire subscribes to one of the addresses above when you name it"
    return (
        f"{found.url} is not a feed, its page links to none, there is none at the usual addresses "
        f"({', '.join(WELL_KNOWN[:4])}, …), and robots.txt names no sitemap. Look for a link named RSS or Feed "
        "on the site and name its address"
    )
