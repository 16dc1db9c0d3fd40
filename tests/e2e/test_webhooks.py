"""Webhooks by the real command line: a server that is killed loses nothing, and no private address is reached."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest
from aiohttp import web
from sqlalchemy import update

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.store.webhooks import webhooks
from support.kafka import free_ports
from support.thread_server import ThreadServer
from support.waiting import eventually
from support.webhooks import desk_over

ROOT = Path(__file__).parents[2]
EVENTS = 12
LOOPBACK = {"WEBHOOKS__ALLOW_NETWORKS": "127.0.0.0/8"}


class Desk(ThreadServer):
    """A receiver that keeps what it is sent, and answers as it is told."""

    def __init__(self):
        super().__init__()
        self.got, self.status = [], 204
        self.never_answered = 0
        """The number of the request that gets no answer."""
        self._ended = asyncio.Event()

    def __exit__(self, *about):
        self._loop.call_soon_threadsafe(self._ended.set)
        super().__exit__(*about)

    async def answer(self, request):
        self.got.append((dict(request.headers), await request.read()))
        if len(self.got) == self.never_answered:
            await self._ended.wait()
        return web.Response(status=self.status)

    @property
    def positions(self):
        return [json.loads(body)["data"]["position"] for _, body in self.got if b"position" in body]


@pytest.fixture
def receiver():
    with Desk() as receiver:
        yield receiver


@pytest.fixture
def server(newswire):
    return newswire.having(SERVE__PORT="0", LOG__FORMAT="json", **LOOPBACK)


@pytest.fixture
def there(inside):
    """Short commands that may reach receivers on this machine."""
    return replace(inside, newswire=inside.newswire.having(**LOOPBACK))


def publish(server, *numbers, free=False):
    """Put articles on the wire; with ``free``, let the leases of a server that was killed run out at once."""

    async def work():
        database = Database(server.settings.store.get_secret_value())
        if free:
            async with database.write() as connection:
                await connection.execute(update(webhooks).values(leased_until=None))
        await (await desk_over(database, SystemClock())).publish(*numbers)
        await database.close()

    asyncio.run(work())


def wait_for(condition):
    asyncio.run(eventually(condition))


@contextmanager
def serving(server):
    with server.started("serve") as running:
        running.event("serve.listening")
        yield running


def listens(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def genuine(secret, headers, body):
    """By the specification alone."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}" in headers["webhook-signature"].split(" ")


def test_a_server_that_is_killed_in_the_middle_loses_nothing_and_keeps_the_order(server, there, receiver):
    secret = there("webhooks", "add", f"{receiver.base}/hook").out.strip()
    receiver.never_answered = 3
    with serving(server) as running:
        publish(server, *range(EVENTS // 2))
        wait_for(lambda: len(receiver.got) == 3)
        running.end(SIGKILL)
    publish(server, *range(EVENTS // 2, EVENTS), free=True)
    with serving(server) as running:
        wait_for(lambda: EVENTS in receiver.positions)
        assert running.end(SIGTERM) == 0
    assert receiver.positions == [1, 2, 3, *range(3, EVENTS + 1)]
    assert receiver.got[2][0]["webhook-id"] == receiver.got[3][0]["webhook-id"]
    assert all(genuine(secret, headers, body) for headers, body in receiver.got)
    (row,) = there("webhooks", "list").rows
    assert (row["state"], row["lag"], row["last_answer"]) == ("active", 0, "http-204")


def test_the_commands_for_webhooks(there, receiver):
    url = f"{receiver.base}/hook"
    first = there(
        "webhooks", "add", url, "--name", "desk", "--query", "kind=published,revised&language=en&fields=title"
    )
    (row,) = there("webhooks", "list").rows
    assert row["filter"]["kind"] == ["published", "revised"]
    assert row["fields"] == ["article_id", "title"]
    hook = row["id"]
    assert first.out.strip() not in json.dumps(row)
    assert "accepted: http-204" in there("webhooks", "test", hook).err
    second = there("webhooks", "rotate", hook).out.strip()
    there("webhooks", "test", hook)
    headers, body = receiver.got[-1]
    assert genuine(first.out.strip(), headers, body)
    assert genuine(second, headers, body)
    receiver.status = 410
    assert "not accepted: http-410" in there("webhooks", "test", hook, code=1).err
    assert there("webhooks", "disable", hook).value["disabled"] == "by-hand"
    assert there("webhooks", "enable", hook).value["state"] == "active"
    there("webhooks", "disable", hook)
    assert there("webhooks", "replay", hook, "--after", "start").value["state"] == "active"
    there("webhooks", "remove", hook)
    assert there("webhooks", "list").rows == []
    assert "no webhook" in there("webhooks", "test", hook, code=2).err


def test_the_receiver_of_the_documentation_accepts_what_is_genuine_and_nothing_else(there, tmp_path):
    (example,) = re.findall(r"receiver.py <<'END'\n(.*?)END\n", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
    (port,) = free_ports(1)
    secret = there("webhooks", "add", f"http://127.0.0.1:{port}/").out.strip()
    (row,) = there("webhooks", "list").rows
    (tmp_path / "receiver.py").write_text(example)
    environment = {**os.environ, "PORT": str(port), "SECRET": secret}
    process = subprocess.Popen([sys.executable, tmp_path / "receiver.py"], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listens(port))
        there("webhooks", "test", row["id"])
        there("webhooks", "rotate", row["id"])
        there("webhooks", "test", row["id"])
        there("webhooks", "rotate", row["id"], "--overlap-hours", "0")
        assert "http-401" in there("webhooks", "test", row["id"], code=1).err
    finally:
        process.kill()
        process.wait()


def test_without_a_network_that_is_named_no_private_address_is_reached(inside, receiver):
    refused = inside("webhooks", "add", f"{receiver.base}/hook", code=2).err
    assert "loopback; NEWSWIRE_WEBHOOKS__ALLOW_NETWORKS names" in " ".join(refused.split())
    localhost = receiver.base.replace("127.0.0.1", "localhost")
    inside("webhooks", "add", f"{localhost}/hook")
    (row,) = inside("webhooks", "list").rows
    said = inside("webhooks", "test", row["id"], code=1).err
    assert "not accepted: blocked-address" in said
    assert "127.0.0.1" not in said
    assert receiver.got == []
    assert "kinds: " in inside("webhooks", "add", "https://desk.example.org/", "--query", "kinds=new", code=2).err
