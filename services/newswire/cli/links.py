"""newswire link, unlink: an editor overrules what the rules say of two articles."""

from typing import Annotated

import typer

from newswire.assembly.backends import open_backends
from newswire.assembly.stages import latest_states
from newswire.cli.app import app, run_async, say, settings
from newswire.operations.links import LinkPorts
from newswire.operations.links import link as link_articles

ArticleUrl = Annotated[str, typer.Argument(metavar="URL", help="The article's address.")]


@app.command()
def link(
    url: ArticleUrl,
    original: Annotated[str, typer.Argument(metavar="ORIGINAL", help="The address of what it repeats.")],
) -> None:
    """Say that an article is a duplicate of another one. No rule changes that link afterwards."""
    _overrule(url, original)


@app.command()
def unlink(url: ArticleUrl) -> None:
    """Say that an article is a duplicate of no other. No rule links it afterwards."""
    _overrule(url, None)


def _overrule(url: str, original: str | None) -> None:
    async def work() -> None:
        async with open_backends(settings()) as backends:
            ports = LinkPorts(
                ledger=backends.ledger,
                links=backends.links,
                articles=backends.articles,
                bus=backends.bus,
                clock=backends.clock,
                latest=latest_states(backends),
            )
            count = await link_articles(url, original, ports)
            say(f"{count} changes published")

    run_async(work())
