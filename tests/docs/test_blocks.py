"""The code blocks of the documents are run, on this machine alone.

A page's blocks run one after the other in a folder of their own, as a reader would run them in a fresh clone. The site
``https://example.org`` is a server on loopback: its address in a block is replaced by the server's.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from support.documents import PAGES, ROOT, blocks, name
from support.folder_server import FolderServer
from support.pages import page as html

pytestmark = pytest.mark.long

SITE = "https://example.org"
SERVED = "127.0.0.1:8088"
"""Where a block serves and reads; replaced by a port that is free."""
ON_THIS_MACHINE = {
    "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
    "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
    "NEWSWIRE_EXTRACT__PROCESSES": "1",
}
"""All that differs from what a reader's shell has."""
TREE = ("Makefile", "pyproject.toml", "requirements-dev.lock", "deploy", "schemas")
"""What of the tree a block may read. None may write to it."""
LONGEST_S = 900
"""No block takes a minute on an idle machine; a machine at work may take its time."""
_MONTHS = r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b"

RUN = [path for path in PAGES if any(block.is_run for block in blocks(path))]
JSON = [block for path in PAGES for block in blocks(path) if block.language == "json"]
ITEM = "<item><title>{}</title><link>{}</link><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate></item>"


@pytest.fixture
def site():
    """A publisher: a front page that names its feed, the feed, and one article."""
    with FolderServer() as server:
        item = ITEM.format("Harbour town votes to rebuild its pier", f"{server.base}/pier")
        feed = f'<rss version="2.0"><channel><title>The Gazette</title>{item}</channel></rss>'
        link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        server.answers["/"] = (html(head=link).encode(), "text/html")
        server.answers["/feed.xml"] = (f'<?xml version="1.0"?>{feed}'.encode(), "application/rss+xml")
        server.answers["/pier"] = (html().encode(), "text/html")
        yield server.base


@pytest.fixture
def clone(tmp_path):
    """What a reader has after cloning and `make install`, without what the blocks do not need."""
    for entry in TREE:
        (tmp_path / entry).symlink_to(ROOT / entry)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / ".venv" / ".installed").touch()
    return tmp_path


@pytest.fixture
def served(clone):
    """Where the blocks serve. What they leave running is ended."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"127.0.0.1:{port}"
    left = clone / "serve.pid"
    if left.exists():
        with suppress(ProcessLookupError):
            os.kill(int(left.read_text()), signal.SIGKILL)


def run(command, folder, served):
    """Run to the end; what a terminal would show."""
    environment = {
        **os.environ,
        **ON_THIS_MACHINE,
        "NEWSWIRE_SERVE__PORT": served.rpartition(":")[2],
        "HOME": str(folder),
        "XDG_DATA_HOME": "",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LONGEST_S
    )
    shown = done.stdout.decode()
    assert done.returncode == 0, shown
    return shown


def missing(shown, output):
    """The first line of ``shown`` that ``output`` does not have, in that order; None when it has all.

    Numbers and months may differ: times pass, and how often the demo looks again depends on how fast the machine is.
    """
    rest = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in shown.splitlines():
        words = re.escape(" ".join(line.split())).replace("…", ".*")
        pattern = re.sub("[0-9]+", "[0-9]+", re.sub(_MONTHS, lambda _: _MONTHS, words))
        if line.strip() != "…" and not any(re.fullmatch(pattern, each) for each in rest):
            return line
    return None


@pytest.mark.parametrize("path", RUN, ids=name)
def test_what_a_document_shows_can_be_run_and_prints_what_is_shown(path, clone, site, served):
    output = ""
    for block in blocks(path):
        text = block.text.replace(SITE, site).replace(SERVED, served)
        if block.is_run and block.language == "sh":
            output = run(["bash", "-euo", "pipefail", "-c", text], clone, served)
        elif block.is_run:
            output = run([sys.executable, "-c", text], clone, served)
        elif block.comment == "output":
            assert missing(text, output) is None, output


@pytest.mark.parametrize("block", JSON, ids=lambda block: block.name)
def test_json_is_json(block):
    assert json.loads(block.text)


def test_a_line_that_is_not_printed_is_found():
    output = "27 Nov 02:35  Harbour   new   en\n= found   48\nThe books balance.\n"
    assert missing("01 Jan 00:00 Harb… new en\n…\nThe books balance.", output) is None
    assert missing("= found 47", output) is None
    assert missing("= lost 48", output) == "= lost 48"
    assert missing("The books balance.\n= found 48", output) == "= found 48"
