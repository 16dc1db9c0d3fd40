"""`newswire serve` and `newswire keys`, the real commands: followers miss nothing while the server is killed."""

import json
import socket
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from signal import SIGKILL, SIGTERM

import pytest

from newswire.client import connect_sync
from support.build import text_of
from support.waiting import eventually

ARTICLES = 60


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def server(newswire, port):
    return newswire.having(SERVE__PORT=str(port), LOG__FORMAT="json")


@contextmanager
def serving(server):
    with server.started("serve") as running:
        running.event("serve.listening")
        yield running


def put(newswire, folder, numbers):
    """Import articles, and let every stage run until all of them are on the wire."""
    path = folder / "articles.jsonl"
    rows = [
        {
            "url": f"https://example.org/{number}",
            "title": f"Number {number}",
            "text": text_of(f"t{number}x"),
            "published": "2026-03-01T12:00:00Z",
        }
        for number in numbers
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    newswire("import", str(path))
    newswire("run", "--once")


def follow_by_client(base, found):
    with connect_sync(base) as wire:
        for change in wire.changes():
            found.append(int(change.cursor.partition(".")[2]))
            if len(found) == ARTICLES:
                return


def follow_by_stream(base, found):
    """As a browser does it: again and again, with the last id."""
    last = ""
    while len(found) < ARTICLES:
        asked = urllib.request.Request(f"{base}/v1/stream?after=start", headers={"Last-Event-ID": last})
        try:
            with urllib.request.urlopen(asked, timeout=20) as response:
                event = {}
                for line in response:
                    name, _, text = line.decode().rstrip("\n").partition(": ")
                    if name:
                        event[name] = text
                    elif "id" in event:
                        last = event["id"]
                        found.extend([json.loads(event["data"])["position"]] if "data" in event else [])
                        event = {}
        except OSError:
            threading.Event().wait(0.05)


async def test_followers_are_given_every_change_once_while_the_server_is_killed_and_started_anew(
    newswire, server, port, tmp_path
):
    base = f"http://127.0.0.1:{port}"
    newswire("keys", "list")  # makes the database
    by_client, by_stream = [], []
    followers = [
        threading.Thread(target=follow, args=(base, found), daemon=True)
        for follow, found in ((follow_by_client, by_client), (follow_by_stream, by_stream))
    ]
    for follower in followers:
        follower.start()
    for start in range(0, ARTICLES, 20):
        with serving(server) as running:
            put(newswire, tmp_path, range(start, start + 20))
            await eventually(lambda least=start: min(len(by_client), len(by_stream)) > least)
            running.end(SIGKILL)
    with serving(server):
        await eventually(lambda: not any(follower.is_alive() for follower in followers))
    assert by_client == list(range(1, ARTICLES + 1))
    assert by_stream == by_client


def test_a_server_that_others_can_reach_needs_a_key_and_says_so(newswire, inside, server):
    there = server.having(SERVE__HOST="0.0.0.0")
    refused = there("serve", code=2).err
    assert "newswire keys create" in refused
    key = inside("keys", "create", "desk", "--scopes", "read").out.strip()
    with serving(there) as running:
        base = f"http://127.0.0.1:{there.settings.serve.port}"
        assert status(f"{base}/v1/changes") == 401
        assert status(f"{base}/v1/changes", key) == 200
        assert status(f"{base}/v1/changes?fields=text", key) == 403
        (row,) = inside("keys", "list").rows
        assert row["last_used_at"] is not None
        assert key not in str(row)
        assert running.end(SIGTERM) == 0


def test_a_run_serves_too_and_goes_on_where_the_port_is_taken(newswire, port, site):
    run = newswire.having(SERVE__PORT=str(port), LOG__FORMAT="json")
    with run.started("run", site.url("/news.xml")) as running:
        running.event("serve.listening")
        assert status(f"http://127.0.0.1:{port}/v1/changes?wait=5") == 200
        assert running.end(SIGTERM) == 0
    with socket.create_server(("127.0.0.1", port)), run.started("run") as running:
        assert str(port) in running.event("serve.off")["error"]
        assert running.end(SIGTERM) == 0


def test_a_key_can_be_replaced_and_revoked(inside):
    first = inside("keys", "create", "desk", "--days", "30")
    old = first.out.split("_")[1]
    inside("keys", "create", "--replaces", old, "--overlap-hours", "2")
    inside("keys", "revoke", old)
    rows = {row["id"]: row for row in inside("keys", "list").rows}
    assert [row["works"] for row in rows.values()] == [False, True]
    assert rows[old]["revoked_at"] is not None
    assert inside("keys", "create", "x", "--scopes", "write", code=2).out == ""


def status(url, key=None):
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(asked, timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
