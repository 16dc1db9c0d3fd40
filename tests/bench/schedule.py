"""The poll schedule over a simulated fortnight for 10,000 feeds of real rhythms: one table.

    python tests/bench/schedule.py [--share 0.1] [--only WORD]

``--share`` simulates that share of the feeds of each kind, one at the least. ``--only`` takes the kinds whose name has
the word. The kinds are in `tests/support/rhythms.py`, the simulation in `tests/support/simulation.py`: it asks the
product's own functions. Delays run from an entry's publication until the poll that finds it; the first day is left out.

polls/d: per feed. whole/d: those that were answered with the document. asked/d: those that left out the validators, to
see whether the server's 304s are true. lost: entries that left the document unseen though it showed them for a minute.
short: shown for a shorter time. lying: feeds whose validators are not sent any more at the end.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.rhythms import RHYTHMS
from support.simulation import FORTNIGHT_S, Tally, simulate

HEAD = (
    f"{'':40}{'feeds':>6}{'polls/d':>9}{'whole/d':>9}{'asked/d':>9}{'found':>9}{'polls/entry':>12}"
    f"{'p50 s':>9}{'p95 s':>9}{'lost':>8}{'short':>7}{'lying':>6}"
)


def line(name: str, tally: Tally) -> str:
    """One row of the table."""
    days = tally.feeds * FORTNIGHT_S / 86_400
    per_entry = tally.polls / tally.found if tally.found else float("nan")
    return (
        f"{name:40}{tally.feeds:6}{tally.polls / days:9.1f}{tally.whole / days:9.2f}{tally.asked_whole / days:9.3f}"
        f"{tally.found:9}{per_entry:12.1f}{tally.late(0.5):9.0f}{tally.late(0.95):9.0f}"
        f"{tally.lost:8}{tally.too_short:7}{tally.distrusted:6}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    began, everything = time.monotonic(), Tally()
    print(HEAD)
    for name, rhythm in RHYTHMS.items():
        if asked.only not in name:
            continue
        tally = Tally()
        for number in range(max(1, round(rhythm.feeds * asked.share))):
            simulate(name, rhythm, number, tally)
        print(line(name, tally), flush=True)
        everything.add(tally)
    print(line("all", everything))
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
