"""The watch over fuzzed inputs sees what it is there for: planted errors, broken promises and hangs."""

import hashlib
import json
import signal
import subprocess

import pytest

from fuzz.__main__ import ended
from fuzz.budget import LEAST_S, Budget
from fuzz.engine import structured
from fuzz.targets import Target, spliced
from fuzz.watch import HangError, Watch, inputs_so_far, last_input


@pytest.fixture(autouse=True)
def _former_handler():
    former = signal.getsignal(signal.SIGPROF)
    yield
    signal.signal(signal.SIGPROF, former)


def planted(data):
    assert b"\xff" not in data, "planted"


def endless(data):
    while data:
        try:
            sum(range(1_000))
        except Exception:  # noqa: BLE001  # the very thing that must not swallow the end of it
            continue


def test_an_endless_input_is_cut_and_can_be_had_afterwards(tmp_path):
    watch = Watch(endless, tmp_path / "last", limit_s=0.05)
    watch(b"")
    with pytest.raises(HangError):
        watch(b"endless")
    assert watch.count == 2
    assert last_input(tmp_path / "last") == b"endless"


def test_a_call_that_no_signal_interrupts_is_seen_when_it_is_over(tmp_path):
    watch = Watch(lambda data: hashlib.pbkdf2_hmac("sha256", data, b"", 400_000), tmp_path / "last", limit_s=0.02)
    with pytest.raises(HangError):
        watch(b"slow")


def test_a_planted_error_is_found_made_small_and_kept(tmp_path, capsys):
    structured(Target("planted", planted, (b"a\xffb",), ("\ufffd", "c"), 0, 0), 500, 60, tmp_path)
    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert done["findings"] == 1
    assert (tmp_path / "finding-structured").read_bytes() == b"\xff"


def test_inputs_are_counted_and_no_more_are_made_than_were_asked_for(tmp_path, capsys):
    structured(Target("counted", lambda _: None, (b"a",), ("b",), 0, 0), 300, 60, tmp_path)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"inputs": 300, "findings": 0}


def test_a_batch_that_is_late_ends_without_its_other_inputs_and_is_no_finding(tmp_path, capsys):
    ran = []
    slow = Target("slow", lambda data: ran.append(hashlib.pbkdf2_hmac("sha256", data, b"", 20_000)), (b"a",), (), 0, 0)
    structured(slow, 1_000, 0.05, tmp_path)
    done = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert done == {"inputs": len(ran), "findings": 0}
    assert len(ran) < 1_000


class Process:
    """A process that runs for as many waits as ``steps`` has numbers: of inputs begun by then."""

    def __init__(self, steps, last):
        self.steps, self.last, self.waits, self.killed = list(steps), last, [], False

    def wait(self, timeout=None):
        self.waits.append(timeout)
        if not self.steps or self.killed:
            return 0
        self.last.write_bytes(self.steps.pop(0).to_bytes(8))
        raise subprocess.TimeoutExpired("fuzz", timeout)

    def kill(self):
        self.killed = True


def test_a_process_that_is_late_and_begins_new_inputs_is_no_hang(tmp_path):
    late = Process([0, 3, 4, 9], tmp_path / "last")
    assert ended(late, tmp_path / "last", 5, 180) == 0
    assert (late.waits, late.killed) == ([185, 180, 180, 180, 180], False)


def test_a_process_that_begins_no_new_input_is_killed_for_a_hang(tmp_path):
    hanging = Process([3, 4, 4, 5], tmp_path / "last")
    assert ended(hanging, tmp_path / "last", 5, 180) is None
    assert (hanging.killed, inputs_so_far(tmp_path / "last")) == (True, 4)


def test_a_run_ends_in_time_and_leaves_the_last_process_what_the_others_did_not_use():
    clock = [0.0]
    budget = Budget(120, plans=4, jobs=2, now=lambda: clock[0])
    assert budget.share() == 120
    assert budget.share() == 120
    clock[0] = 100.0
    assert budget.share() == 20
    clock[0] = 130.0
    assert budget.share() == LEAST_S
    assert Budget(120, plans=24, jobs=2).share() == pytest.approx(30, abs=1)


def test_a_seed_is_edited_in_place():
    assert spliced(b"abcdef", [(2, 3, b"-"), (7, 0, b"+")]) == b"ab+-f"
