"""The cluster, hurt, at any size: ``python -m faults.cluster --articles 10000 --edits 1000 --seed 7``, in tests/."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from faults.cluster.plan import Size
from faults.cluster.run import run
from support.kafka import Kafka
from support.postgres import Postgres

PER_S = 20.0
"""Articles that are published in a second, at the most, unless the span is given."""


def main() -> int:
    """0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m faults.cluster", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bus", choices=["kafka", "database"], default="kafka")
    parser.add_argument("--folder", type=Path, help="for logs; a new temporary one by default")
    counts = ("articles", "edits", "kills", "freezes", "rolls", "brokers", "postgres", "terminations", "networks")
    for name in (*counts, "silences"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("span", "outage", "session"):
        parser.add_argument(f"--{name}", type=float, metavar="SECONDS", dest=f"{name}_s")
    given = vars(parser.parse_args())
    seed, bus = given.pop("seed"), given.pop("bus")
    folder = given.pop("folder") or Path(tempfile.mkdtemp(prefix="newswire-cluster-"))
    size = Size(**{name: value for name, value in given.items() if value is not None})
    if given["span_s"] is None:
        size = replace(size, span_s=max(size.span_s, size.articles / PER_S))
    print(f"logs are in {folder}", file=sys.stderr)
    database = Postgres.start_new()
    try:
        broker = Kafka.start_new() if bus == "kafka" else None
        try:
            report = asyncio.run(run(size, seed, folder, database, broker))
        finally:
            if broker is not None:
                broker.stop()
    finally:
        database.stop()
    print(report)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
