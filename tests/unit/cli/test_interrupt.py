"""Ctrl-C while a command that is not asked to end, but cancelled, is at work."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from newswire.cli.app import run_async
from support.commandline import Running

COMMAND = """
import asyncio, sys, time, typer
from newswire.cli.app import run_async

async def work():
    print("ready", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        last_words = ["ending"]
        while last_words or {lasting}:  # for ever, whatever is raised in it
            try:
                if last_words:
                    print(last_words.pop(), flush=True)
                await asyncio.sleep(0.01)
            except BaseException:
                pass
        print("ended", flush=True)

try:
    run_async(work())
except typer.Exit as left:
    print("leaving", flush=True)
    time.sleep({leaving_s})
    sys.exit(left.exit_code)
"""


@contextmanager
def at_a_prompt() -> Iterator[None]:
    """What is started within hears SIGINT, as from a prompt, also where the tests were started deaf to it.

    See `support.fork_server`.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def interrupt(*lines, lasting=False, leaving_s=0):
    """What it wrote, and its exit code, after a Ctrl-C at each of these lines."""
    code = COMMAND.format(lasting=lasting, leaving_s=leaving_s)
    with at_a_prompt():
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with process:
        try:
            command = Running(process)
            for line in lines:
                command.line(line.__eq__)
                process.send_signal(signal.SIGINT)
            code = command.end()
            return command.lines, code
        finally:
            process.kill()


def test_the_first_ends_it_in_good_order_and_the_process_with_130():
    assert interrupt("ready") == (["ready", "ending", "ended", "leaving"], 130)


def test_the_second_ends_the_process_at_once_whatever_the_work_does():
    assert interrupt("ready", "ending", lasting=True) == (["ready", "ending"], 130)


def test_the_second_ends_the_process_at_once_also_when_the_work_has_ended():
    assert interrupt("ready", "leaving", leaving_s=3600) == (["ready", "ending", "ended", "leaving"], 130)


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.default_int_handler])
def test_what_the_process_does_about_it_is_what_it_was_afterwards_and_ignored_meanwhile_where_it_was(before):
    async def work():
        return signal.getsignal(signal.SIGINT)

    ours = signal.signal(signal.SIGINT, before)
    try:
        meanwhile = run_async(work())
        assert signal.getsignal(signal.SIGINT) is before
    finally:
        signal.signal(signal.SIGINT, ours)
    assert (meanwhile is signal.SIG_IGN) == (before is signal.SIG_IGN)
