"""How often the drift alarm is wrong, and how many articles pass until it notices a redesign.

    python tests/bench/drift.py [SOURCES] [SEEDS]

Sites of random habits (`support.drifting`): 0.3 to 200 articles a day, several kinds of pages, quiet weekends, bursts.
First nothing happens to them for 90 days: each alarm is a false one. Then each is redesigned after 60 days, in every
way, and the articles until the alarm are counted.
"""

import sys
from collections import Counter
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.domain.articles.drift.source import NEW_SOURCE, after
from newswire.domain.articles.drift.states import SourceState
from newswire.events import SourceDrift
from support.drifting import REDESIGNS, START, Site, articles_of, random_site

DAYS = 90
BEFORE = 60
BATCH = 50
"""Articles that are judged together, as the stage does. One by one gives the same alarms."""


def alarms_of(site: Site, seed: int, days: float) -> tuple[int, list[SourceDrift], SourceState]:
    """The articles of a site to which nothing happens, and the alarms about it."""
    state, alarms, count = NEW_SOURCE, list[SourceDrift](), 0
    articles = articles_of(site, days, Random(f"{site.name} {seed}"))
    while batch := list(islice(articles, BATCH)):
        state, events = after(site.name, state, batch, batch[-1].at)
        alarms += (event for event in events if isinstance(event, SourceDrift))
        count += len(batch)
    return count, alarms, state


def noticed(site: Site, state: SourceState, change: str, seed: int) -> int | None:
    """Articles until a redesign is noticed; None after 200."""
    random = Random(f"{site.name} {change} {seed}")
    begin = START + timedelta(days=BEFORE)
    for count, seen in enumerate(articles_of(site, 1000, random, begin=begin, change=REDESIGNS[change]), 1):
        state, events = after(site.name, state, [seen], seen.at)
        if any(isinstance(event, SourceDrift) for event in events):
            return count
        if count == 200:
            break
    return None


def main(sources: int = 1000, seeds: int = 3) -> None:
    """Print both tables."""
    print(f"false alarms: {sources} sources, {DAYS} days, nothing happens")
    for seed in range(seeds):
        random = Random(seed)
        total, kinds, articles = 0, Counter[str](), 0
        for number in range(sources):
            count, alarms, _ = alarms_of(random_site(number, random), seed, DAYS)
            total, articles = total + len(alarms), articles + count
            kinds.update(f"{alarm.signal} {alarm.direction}" for alarm in alarms)
        weekly = total / (DAYS / 7) * 1000 / sources
        print(
            f"  seed {seed}: {articles:,} articles, {total} alarms, {weekly:.2f} a week for 1,000 sources {dict(kinds)}"
        )
    print(f"articles until a redesign is noticed, {sources // 5} sources that are learned")
    random = Random("redesigns")
    learned = []
    for number in range(sources // 5):
        site = random_site(number, random, rate=min(150.0, max(2.0, random.lognormvariate(2.1, 1.1))))
        _, alarms, state = alarms_of(site, 0, BEFORE)
        if state.drifting_since is None:
            learned.append((site, state))
    for change in REDESIGNS:
        counts = [noticed(site, state, change, 0) for site, state in learned]
        found = [201 if count is None else count for count in counts]
        tenths = quantiles(found, n=10)
        within = sum(count <= 20 for count in found) / len(found)
        print(
            f"  {change:28} median {median(found):5.0f}, 9 of 10 within {tenths[-1]:4.0f}, within 20: {within:.0%}, "
            f"not within 200: {sum(count > 200 for count in found)}"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
