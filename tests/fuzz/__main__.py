"""Hostile inputs by the million: ``make fuzz``, or in tests/ ``python -m fuzz [TARGET…]``.

Every target is tried twice, each time in a process of its own: with inputs put together from seeds and words
(hypothesis), and with inputs that are kept for the code they reach (atheris, where it has a build for this Python).
A finding is an error that the function does not document, a broken promise, or an input that takes over 5 s. It is
shown, its input is kept in the folder that is named, and the exit status is 1.

From the environment: NEWSWIRE_TEST_FUZZ_INPUTS (all inputs of a run, 1,374,000), NEWSWIRE_TEST_FUZZ_SECONDS (the
longest of a whole run, 1,200), NEWSWIRE_TEST_FUZZ_JOBS (processes at once, the processors), NEWSWIRE_TEST_FUZZ_SEED,
NEWSWIRE_TEST_FUZZ_LIMIT_S (5), and NEWSWIRE_CORPUS, whose small files are further seeds.
"""

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fuzz.budget import Budget
from fuzz.targets import TARGETS, Target
from fuzz.watch import inputs_so_far, last_input

TESTS = Path(__file__).parents[1]
FOLDER = TESTS.parent / ".fuzz"
GRACE_S = 180.0
"""Beyond its time, for a process to start and to end. A process that begins no input for so long hangs."""


@dataclass(frozen=True)
class Run:
    """What one engine did with one target."""

    target: str
    engine: str
    inputs: int
    seconds: float
    finding: str = ""


def run(target: Target, engine: str, inputs: int, seconds: float) -> Run:
    """One process, to its end or to that of its time."""
    folder = FOLDER / target.name.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"finding-{'structured' if engine == 'structured' else '[!s]*'}"):
        old.unlink()
    command = [sys.executable, "-m", "fuzz.engine", engine, target.name, str(inputs), str(seconds), str(folder)]
    last = folder / f"last-{engine}"
    last.unlink(missing_ok=True)
    began = time.monotonic()
    log = folder / f"{engine}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=TESTS, stdout=out, stderr=subprocess.STDOUT)
        status = ended(process, last, seconds, GRACE_S)
    if status is None:
        (folder / "finding-hang").write_bytes(last_input(last))
        hangs = f"hangs: see {folder}/finding-hang"
        return Run(target.name, engine, inputs_so_far(last), time.monotonic() - began, hangs)
    said = log.read_text("utf-8", "replace")
    took = time.monotonic() - began
    if engine == "structured":
        done = json.loads(said.splitlines()[-1]) if status == 0 else {"inputs": 0, "findings": 1}
        count, failed = done["inputs"], done["findings"] > 0
    else:
        counted = re.search(r"number_of_executed_units:\s*(\d+)", said)
        count, failed = int(counted[1]) if counted else 0, status != 0 or counted is None
    if failed and status != 0 and not any(folder.glob("finding-*")):
        (folder / "finding-died").write_bytes(last_input(last))
    return Run(target.name, engine, count, took, f"see {log} and {folder}/finding-*\n{_end(said)}" if failed else "")


def ended(process: subprocess.Popen[bytes], last: Path, seconds: float, grace_s: float) -> int | None:
    """The status of a process that ends within its time; None after it is killed for a hang.

    A process on a busy machine is late and no hang: it may go on as long as it begins another input within ``grace_s``.
    The engine itself ends when its time is over.
    """
    wait, before = seconds + grace_s, -1
    while True:
        try:
            return process.wait(wait)
        except subprocess.TimeoutExpired:
            if before == (before := inputs_so_far(last)):
                process.kill()
                process.wait()
                return None
        wait = grace_s


def _end(said: str) -> str:
    lines = [line for line in said.splitlines() if not line.startswith(("INFO", "#", "stat::", "MS:", "0x"))]
    return "\n".join(line[:300] for line in lines[-25:])


def main() -> int:
    """0 when nothing was found."""
    chosen = [target for target in TARGETS if target.name in sys.argv[1:] or len(sys.argv) == 1]
    if not chosen:
        print(f"no such target; there are: {', '.join(target.name for target in TARGETS)}", file=sys.stderr)
        return 2
    whole = sum(target.guided + target.structured for target in TARGETS)
    scale = int(os.environ.get("NEWSWIRE_TEST_FUZZ_INPUTS", whole)) / whole
    seconds = float(os.environ.get("NEWSWIRE_TEST_FUZZ_SECONDS", "1200"))
    jobs = int(os.environ.get("NEWSWIRE_TEST_FUZZ_JOBS", os.cpu_count() or 1))
    engines = ["structured", "guided"] if find_spec("atheris") else ["structured"]
    if len(engines) == 1:
        print("atheris has no build for this Python and machine: nothing is guided by coverage", file=sys.stderr)
    planned = [
        (target, engine, max(1, round(scale * getattr(target, engine))))
        for target in reversed(chosen)
        for engine in engines
    ]
    budget = Budget(seconds, len(planned), jobs)
    began = time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        runs = list(pool.map(lambda plan: told(run(*plan, budget.share())), planned))
    total = sum(done.inputs for done in runs)
    print(f"{'total':24} {'':10} {total:>9,} inputs {time.monotonic() - began:>7.0f} s")
    findings = [done for done in runs if done.finding]
    for done in findings:
        print(f"\nFOUND in {done.target} ({done.engine}): {done.finding}")
    print(f"\n{len(findings)} findings" if findings else "\nnothing found")
    return 1 if findings else 0


def told(done: Run) -> Run:
    """Print a line of the table as it comes."""
    print(
        f"{done.target:24} {done.engine:10} {done.inputs:>9,} inputs {done.seconds:>7.0f} s"
        + ("  FOUND" if done.finding else ""),
        flush=True,
    )
    return done


if __name__ == "__main__":
    sys.exit(main())
