"""Find the texts on which a regular expression takes more than linear time."""

import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from support.floods import Flood, floods, text_of

SHORT = 1_000
"""Characters of the first run, which only chooses texts."""
SUSPECT_S = 0.0001
"""A first run above this makes a text a suspect: most linear runs take less, a quadratic run takes more."""
CLEAR_S = 0.01
"""Seconds for each `SHORT` characters. A run above this ends the search for more suspects."""
SUSPECTS = 60
"""Suspects that are run again: the slowest."""
MIDDLE = 16_000
"""Characters of the second run: a quadratic suspect now stands out among linear ones with much to do."""
WORST = 3
"""Suspects that the last run decides about: the slowest at `MIDDLE` characters."""
LONG = 200_000
"""Characters of the run that decides."""
BUDGET_S = 2.0
"""Seconds of processor time for one run. A linear run takes some 0.01 s, a quadratic run over 20 s."""


class OutOfBudgetError(Exception):
    """A run took its whole budget."""


def run_of(pattern: re.Pattern[Any], method: str) -> Callable[[str], object]:
    """One way to run a pattern: ``finditer`` finds every match, the other methods find one."""
    call = getattr(pattern, method)
    found: Callable[[Any], object] = (lambda text: [None for _ in call(text)]) if method == "finditer" else call
    if isinstance(pattern.pattern, bytes):
        return lambda text: found(text.encode("utf-8", "replace"))
    return found


def not_linear(pattern: re.Pattern[Any], method: str, budget_s: float = BUDGET_S) -> Flood | None:
    """A text on which the pattern runs out of its budget; None when there is none."""
    run = run_of(pattern, method)
    suspects = slowest(run, floods(pattern, SHORT), SHORT, SUSPECTS)
    worst = slowest(run, suspects, MIDDLE, WORST)
    return next((flood for flood in worst if seconds(run, text_of(flood, LONG), budget_s) >= budget_s), None)


def slowest(run: Callable[[str], object], given: Iterable[Flood], length: int, most: int) -> list[Flood]:
    """The floods that take longest at a length, the slowest first. The search ends at a flood that is clearly slow."""
    slow: list[tuple[float, Flood]] = []
    for flood in given:
        took = seconds(run, text_of(flood, length), BUDGET_S)
        if took > SUSPECT_S:
            slow.append((took, flood))
        if took > CLEAR_S * length / SHORT:
            break
    return [flood for _, flood in sorted(slow, reverse=True)[:most]]


def seconds(run: Callable[[str], object], text: str, most: float) -> float:
    """Processor time of one run, ``most`` when it does not end by then."""
    began = time.process_time()
    try:
        with budget(most):
            run(text)
    except OutOfBudgetError:
        return most
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
