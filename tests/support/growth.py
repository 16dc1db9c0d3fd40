"""Find the texts on which a regular expression takes more than linear time."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from support.floods import Flood, floods, text_of

SHORT = 1_000
"""Characters of the first run, which only chooses texts."""
SUSPECT_S = 0.0002
"""A first run above this makes a text a suspect. Most linear runs take a tenth of it, a quadratic run over 0.001 s."""
LONG = 200_000
"""Characters of the run that decides."""
BUDGET_S = 3.0
"""Seconds of processor time for the run that decides. A linear run takes some 0.01 s, a quadratic run over 20 s."""
CLEAR_S = 100 * SUSPECT_S
"""A first run above this ends the search for more suspects."""
FIRST_BUDGET_S = 20.0
"""Seconds of processor time for all first runs of a pattern, which take some 0.1 s when it is linear."""
SUSPECTS = 4
"""Suspects of a pattern that are run again: the slowest."""


class OutOfBudgetError(Exception):
    """A run took its whole budget."""


def run_of(pattern: re.Pattern[Any], method: str) -> Callable[[str], object]:
    """One way to run a pattern: ``finditer`` finds every match, the other methods find one."""
    call = getattr(pattern, method)
    found: Callable[[Any], object] = (lambda text: [None for _ in call(text)]) if method == "finditer" else call
    if isinstance(pattern.pattern, bytes):
        return lambda text: found(text.encode("utf-8", "replace"))
    return found


def not_linear(pattern: re.Pattern[Any], method: str) -> Flood | None:
    """A text on which the pattern runs out of its budget; None when there is none."""
    run = run_of(pattern, method)
    slow: list[tuple[float, Flood]] = []
    guilty: Flood | None = None
    try:
        with budget(FIRST_BUDGET_S):
            for flood in floods(pattern, SHORT):
                guilty, text = flood, text_of(flood, SHORT)
                began = time.process_time()
                run(text)
                if (took := time.process_time() - began) > SUSPECT_S:
                    slow.append((took, flood))
                if took > CLEAR_S:
                    break
    except OutOfBudgetError:
        return guilty
    return next((flood for _, flood in sorted(slow, reverse=True)[:SUSPECTS] if seconds(run, flood) >= BUDGET_S), None)


def seconds(run: Callable[[str], object], flood: Flood, length: int = LONG) -> float:
    """Processor time of one run over a flood of ``length`` characters, `BUDGET_S` at the most."""
    text = text_of(flood, length)
    began = time.process_time()
    try:
        with budget(BUDGET_S):
            run(text)
    except OutOfBudgetError:
        return BUDGET_S
    return time.process_time() - began


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Stop the block with `OutOfBudgetError` once this process has used so much processor time of its own.

    The timer counts the time of this process alone, so a busy machine does not spend it. The regular expression
    engine looks for signals while it works.
    """

    def stop(*_: object) -> None:
        raise OutOfBudgetError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
