import os
import subprocess
import sys

import pytest

from newswire.adapters.bus_database import process_identity
from support.waiting import eventually

pytestmark = pytest.mark.skipif(
    process_identity.current() is None, reason="this platform does not tell (no Linux /proc)"
)
PRINT_OWN = "from newswire.adapters.bus_database.process_identity import current; print(current(), flush=True); input()"


def test_this_process_is_not_gone():
    assert not process_identity.is_gone(process_identity.current())


async def test_a_process_is_gone_once_killed_even_before_its_parent_has_noticed():
    command = [sys.executable, "-c", PRINT_OWN]
    with subprocess.Popen(  # asyncio's own would be waited for at once, and leave no zombie
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        identity = process.stdout.readline().decode().strip()
        assert not process_identity.is_gone(identity)
        process.kill()
        await eventually(lambda: process_identity.is_gone(identity))  # not waited for yet: a zombie
        process.wait()
        assert process_identity.is_gone(identity)


def test_a_process_whose_pid_was_given_to_another_is_gone():
    place, pid, started = process_identity.current().rsplit("/", 2)
    assert process_identity.is_gone(f"{place}/{pid}/{int(started) - 1}")


def test_nothing_is_said_about_processes_that_cannot_be_seen_from_here():
    _, pid, started = process_identity.current().rsplit("/", 2)
    assert not process_identity.is_gone(f"another-boot/pid:[1]/{pid}/{int(started) - 1}")
    assert not process_identity.is_gone(None)
    assert process_identity.current().split("/")[-2] == str(os.getpid())
