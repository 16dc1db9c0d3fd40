"""Requests that are spent for each revision found: a week of 10,000 articles on 100 hosts, before and after learning.

Run: python -m bench.rechecks [articles]
"""

import sys

from support.site_edits import HEAD, fixed, learned, simulate


def main(articles: int = 10_000) -> None:
    for name, schedule in (("fixed schedule", fixed), ("learned per host", learned)):
        print(f"\n{name}\n{HEAD}")
        for kind, count in simulate(schedule, articles):
            print(count.line(kind))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
