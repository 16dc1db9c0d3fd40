"""Subscribe to the feeds, sites and OPML files that `newswire run` is given."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from newswire.assembly.backends import Backends, FetchBackends
from newswire.assembly.operations import discovery
from newswire.cli.app import advice, say
from newswire.cli.discovered import found_at
from newswire.cli.sources import as_url, is_file, read_opml
from newswire.domain.feeds.state import FeedState
from newswire.errors import NewswireError, Reject, Retry
from newswire.operations.handover import Handover
from newswire.operations.subscribe import distinct, subscribe, subscription, with_all_entries


async def subscribe_named(
    sources: Sequence[str], backends: Backends, fetch_backends: FetchBackends, *, once: bool, all_entries: bool
) -> FetchBackends:
    """Subscribe to the sources of the command line; an address that does not answer is subscribed as it is.

    An address that the settings refuse is not subscribed. In a run that ends by itself, neither is a host name that was
    not found: a person has misspelt it, while a service may only start before its network. The lines of an OPML file
    that cannot be taken are named; the others are subscribed. Returns the tools for the pipeline: their web hands each
    feed that was fetched here to its first poll.
    """
    known = {feed.url for feed in await backends.feeds.all()} if sources else set()
    web = Handover(fetch_backends.web, backends.clock)
    looking = discovery(fetch_backends, backends.settings, web=web)
    found: list[FeedState] = []
    for source in sources:
        if is_file(source):
            listed = read_opml(Path(source), backends.clock.now())
            found += listed.feeds
            for fault in listed.faults:
                say(f"not taken: {fault}")
            continue
        plain = subscription(as_url(source), backends.clock.now())
        if plain.url in known:
            found.append(plain)  # nobody is asked again at a restart
            continue
        try:
            found += await found_at(plain, looking, backends.clock.now())
        except NewswireError as error:
            said = str(error).removeprefix(f"{plain.url}: ")
            say(f"{plain.url}: {said}{advice(error)}")
            if isinstance(error, Reject) and error.reason == "blocked-address":
                continue  # our own settings refuse it: no later poll could reach it
            if once and isinstance(error, Retry) and error.reason == "dns":
                say(
                    f"{plain.url} is not subscribed to: no host of this name was found. Look for a spelling mistake, "
                    "or for a network that is away"
                )
                continue
            say(f"{plain.url} is subscribed to as it is; 'newswire feeds remove {plain.url}' takes that back")
            found.append(plain)
        web.keep({feed.url for feed in found})
    web.end()
    await subscribe(backends.feeds, with_all_entries(distinct(found), wanted=all_entries))
    return replace(fetch_backends, web=web)
