"""newswire feeds set, newswire feeds events: the options of one feed, and the events about it."""

from dataclasses import replace
from typing import Annotated

import typer

from newswire.assembly.backends import open_backends
from newswire.assembly.exposure import readable_by_others
from newswire.cli.app import emit, run_async, say, settings
from newswire.cli.feed_credentials import Headers, NoCredentials, OverHttp, PasswordFile, User, asked_for
from newswire.cli.since import Since, moment
from newswire.cli.sources import as_url
from newswire.domain.feeds.memory import FeedOptions
from newswire.errors import UsageError
from newswire.events import feed_id_of
from newswire.operations.feed_options import OptionChanges, UnencryptedError, changed, known_feed, set_options
from newswire.operations.feed_options import enable as enable_feed

Interval = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS", help="Poll it so often, whatever it says about itself. Errors and Retry-After still count."
    ),
]
NoInterval = Annotated[bool, typer.Option("--no-interval", help="Leave the interval to the schedule again.")]
Robots = Annotated[
    bool | None,
    typer.Option(
        "--ignore-robots/--obey-robots",
        help="Fetch its pages without asking robots.txt, where the publisher allows it.",
    ),
]
Enable = Annotated[
    bool, typer.Option("--enable", help="Poll the feed again, from now on, after it was given up as gone or as moved.")
]


def add_to(group: typer.Typer) -> None:
    """Define the commands."""
    group.command("set")(set_)
    group.command("events")(events)


def set_(  # noqa: PLR0913, PLR0917  # one option each, by Typer's way
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
    interval: Interval = None,
    no_interval: NoInterval = False,  # noqa: FBT002  # Typer's way
    ignore_robots: Robots = None,
    enable: Enable = False,  # noqa: FBT002  # Typer's way
    user: User = None,
    password_file: PasswordFile = None,
    header: Headers = None,
    no_credentials: NoCredentials = False,  # noqa: FBT002  # Typer's way
    over_http: OverHttp = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Set options of one feed. An option that is not named stays as it is.

    Credentials are sent to the feed's own origin (scheme, host and port) alone, and never for its articles' pages.
    """

    async def work() -> None:
        paced = interval is not None or no_interval or ignore_robots is not None or enable
        known_to = user is not None or password_file is not None or header or no_credentials or over_http
        if not paced and not known_to:
            raise UsageError("nothing to set: see 'newswire feeds set --help'")
        if interval is not None and no_interval:
            raise UsageError("--interval and --no-interval exclude each other")
        if no_credentials and (user is not None or header):
            raise UsageError("--no-credentials excludes --user and --header")
        config = settings()
        async with open_backends(config) as backends:
            feed = await known_feed(backends.feeds, url, as_url(url))
            changes = OptionChanges(interval_s=interval, no_interval=no_interval, ignore_robots=ignore_robots)
            changed(feed.options, feed.url, changes)  # said before a secret is asked for
            headers = asked_for(user, password_file, header or ())
            changes = replace(changes, headers=headers, no_credentials=no_credentials, over_http=over_http)
            try:
                options = await set_options(feed, changes, backends.feeds)
            except UnencryptedError as error:
                raise UsageError(f"{error}; --over-http insists on it") from error
            if headers and (warning := readable_by_others(config)):
                say(warning)
            if enable:
                again = await enable_feed(feed, backends.feeds, backends.clock)
                say(
                    f"{feed.url} is polled again; it was given up as: {feed.disabled}"
                    if again
                    else f"{feed.url} is polled as it is"
                )
            say(f"{feed.url}  {_words(options)}")

    run_async(work())


def events(
    url: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="Only events about this feed, removed or not.")
    ] = None,
    since: Since = None,
) -> None:
    """Print the events about feeds, one JSON object per line: failing, silent, recovered, moved, gone, and gaps.

    Without a URL the events about sources are printed too: drifts and their ends.
    """

    async def work() -> None:
        async with open_backends(settings()) as backends:
            start = moment(since, backends.clock.now())
            feed_id = None
            if url is not None:
                found = await backends.feeds.find(url) or await backends.feeds.find(as_url(url))
                feed_id = found.id if found else feed_id_of(as_url(url))
            async for event in backends.ledger.feed_events(feed_id, start):
                emit(event.value.decode())

    run_async(work())


def _words(options: FeedOptions) -> str:
    pace = "by the schedule" if options.interval_s is None else f"every {options.interval_s:g} s"
    return (
        f"polled {pace}, pages fetched {'without asking' if options.ignore_robots else 'as'} robots.txt"
        + ("" if options.ignore_robots else " allows")
        + (f", with credentials for {options.credentials.origin}" if options.credentials else "")
    )
