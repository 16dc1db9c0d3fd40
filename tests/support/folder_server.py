"""Serves given bytes under given paths on loopback."""

from collections.abc import Mapping

from aiohttp import web

from support.thread_server import ThreadServer

Answer = tuple[bytes, str]
"""A body and its content type."""


class FolderServer(ThreadServer):
    """``answers`` may be added to while it runs."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        super().__init__()
        self.answers: dict[str, Answer] = dict(answers or {})

    def found(self, path: str) -> Answer | None:
        """What is served under a path."""
        return self.answers.get(path)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        found = self.found(request.path)
        if found is None:
            return web.Response(status=404)
        body, content_type = found
        return web.Response(body=body, headers={"Content-Type": content_type})


def rss(title: str, links: Mapping[str, str]) -> Answer:
    """A feed of (address, headline) pairs, without dates."""
    items = "".join(f"<item><link>{url}</link><title>{headline}</title></item>" for url, headline in links.items())
    xml = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return xml.encode(), "application/rss+xml"
