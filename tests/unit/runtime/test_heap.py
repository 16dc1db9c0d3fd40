"""How many heaps the threads of a process have."""

import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    "CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="only the GNU C library has a heap for each thread"
)

THREADS = """
import ctypes, sys, threading
from newswire.runtime.heap import one_heap
if "one" in sys.argv:
    one_heap()
together = threading.Barrier(4)
def allocate():
    together.wait()
    kept = [bytes(5_000) for _ in range(100)]
    together.wait()
    return kept
threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def heaps(*arguments, **env):
    clean = {name: value for name, value in os.environ.items() if name not in {"MALLOC_ARENA_MAX", "GLIBC_TUNABLES"}}
    run = [sys.executable, "-c", THREADS, *arguments]
    answer = subprocess.run(run, env=clean | env, capture_output=True, text=True, check=True)
    return len(re.findall("<heap nr=", answer.stdout))


def test_all_threads_allocate_from_the_main_heap():
    assert heaps() > 1
    assert heaps("one") == 1


def test_what_the_environment_says_of_heaps_stands():
    assert heaps("one", MALLOC_ARENA_MAX="3") == 3
