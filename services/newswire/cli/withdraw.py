"""newswire withdraw: take an article from the wire, and erase its text."""

from typing import Annotated

import typer

from newswire.assembly.backends import open_backends
from newswire.assembly.operations import withdraw_ports
from newswire.assembly.stages import latest_states
from newswire.cli.app import app, run_async, say, settings
from newswire.cli.logs import log_for
from newswire.operations.withdraw import withdraw as withdraw_article

_PURGE = "Erase its text wherever newswire keeps it. That cannot be undone."


@app.command()
def withdraw(
    url: Annotated[str, typer.Argument(metavar="URL", help="The article's address, or one that leads to it.")],
    reason: Annotated[str, typer.Option(help="Why, in words for the readers of the wire.")],
    purge: Annotated[bool, typer.Option("--purge", help=_PURGE)] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Withdraw an article: the wire is told, and nothing brings the article back.

    Reprints of it on other sites are articles of their own: withdraw those too, if they are to go.
    """
    config = settings()
    log_for(config, "withdraw")

    async def work() -> None:
        async with open_backends(config) as backends:
            ports = withdraw_ports(backends, latest_states(backends))
            article_id = await withdraw_article(url, reason, ports, purge=purge)
            say(f"withdrawn{' and purged' if purge else ''}: {article_id}")

    run_async(work())
