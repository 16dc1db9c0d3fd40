"""What the tests of the command line share."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.commandline import CommandLine, Inside
from support.pages import page


@pytest.fixture
def newswire(tmp_path: Path) -> CommandLine:
    """The command line over an empty data folder."""
    return CommandLine(tmp_path / "data")


@pytest.fixture
def inside(newswire: CommandLine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    """The same data folder's short commands, without a process for each."""
    return Inside(newswire, monkeypatch, capsys)


@pytest.fixture(params=["embedded", "cluster"])
def anywhere(request: pytest.FixtureRequest, newswire: CommandLine) -> CommandLine:
    """The command line over one SQLite file, and over Kafka and Postgres."""
    if request.param == "embedded":
        return newswire
    settings = request.getfixturevalue("cluster")
    clustered = newswire.having(**{name.removeprefix("NEWSWIRE_"): text for name, text in settings.items()})
    clustered("migrate")
    return clustered


@dataclass
class Site:
    """A site on loopback with a front page that links to its feeds; any other path gets a 404."""

    port: int
    routes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By path: content type and body."""
    asked: list[str] = field(default_factory=list)
    """The path of every request, in order."""

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    routes: dict[str, tuple[str, str]] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            content_type, body = routes.get(self.path, ("text/plain", "nothing here"))
            self.send_response(200 if self.path in routes else 404)
            self.send_header("Content-Type", content_type)
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Not on the tests' stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        links = "".join(
            f'<link rel="alternate" type="application/rss+xml" title="{name.title()}" href="/{name}.xml">'
            for name in ("news", "sport")
        )
        found = Site(server.server_address[1], routes, asked)
        routes["/"] = ("text/html", f"<!doctype html><html><head>{links}</head><body>Hello</body></html>")
        routes["/article"] = ("text/html", page())
        item = f"<item><guid>1</guid><title>Pier</title><link>{found.url('/article')}</link></item>"
        for name in ("news", "sport"):
            feed = f'<rss version="2.0"><channel><title>{name.title()}</title>{item}</channel></rss>'
            routes[f"/{name}.xml"] = ("application/rss+xml", feed)
        yield found
        server.shutdown()
        thread.join()
