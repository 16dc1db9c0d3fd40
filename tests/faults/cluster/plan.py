"""What is published and what goes wrong, and when: a pure function of the seed.

Faults come in lanes. Those of one lane hurt the same thing and never overlap (a broker cannot be killed while it is
down); lanes overlap as chance has it. The seconds are those of `faults.cluster.hand.PlanClock`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, cycle, islice
from typing import Literal

StageName = Literal["poll", "extract", "store"]
Server = Literal["kafka", "postgres"]
Trouble = Literal["freeze", "delay", "cut", "deafen"]

STAGES: tuple[StageName, ...] = ("poll", "extract", "store")
TROUBLES: tuple[Trouble, ...] = ("freeze", "delay", "cut", "deafen")
ROLLS: tuple[tuple[StageName, int], ...] = (
    *(("extract", 4), ("store", 3), ("poll", 2), ("extract", 3), ("poll", 3)),
    *(("extract", 4), ("store", 2), ("poll", 2), ("store", 3), ("extract", 1)),
)
"""Rolling restarts and how many replicas they leave: extract goes from 1 to 4 and back."""


@dataclass(frozen=True)
class Kill:
    """SIGKILL to a replica of a stage; another one is started."""

    stage: StageName
    which: float
    """In [0, 1): picks one of those that are there."""


@dataclass(frozen=True)
class Freeze:
    """SIGSTOP for longer than the session lasts, then SIGCONT: a zombie."""

    stage: StageName
    which: float
    seconds: float


@dataclass(frozen=True)
class Roll:
    """New replicas first, then SIGTERM to the old ones, one after the other."""

    stage: StageName
    replicas: int


@dataclass(frozen=True)
class Broker:
    """SIGKILL, and a start on the same data."""

    down_s: float


@dataclass(frozen=True)
class Postgres:
    """SIGKILL to the server and its backends, and a start on the same data."""

    down_s: float


@dataclass(frozen=True)
class Terminate:
    """One backend is terminated in the middle of a transaction."""


@dataclass(frozen=True)
class Network:
    """All connections to a server misbehave at once."""

    server: Server
    trouble: Trouble
    seconds: float


@dataclass(frozen=True)
class Silence:
    """A publisher's host closes every connection without an answer, for less time than the retries of a page take."""

    which: float
    seconds: float


@dataclass(frozen=True)
class Inject:
    """A poison record gets onto a topic."""

    number: int


@dataclass(frozen=True)
class Print:
    """The publisher's feeds get new articles."""

    numbers: range


@dataclass(frozen=True)
class Edit:
    """An article that is out already changes."""

    which: float


@dataclass(frozen=True)
class Withdraw:
    """The operator takes an article that is out from the wire."""

    which: float
    purge: bool
    """Its text is erased, too."""


Event = Kill | Freeze | Roll | Broker | Postgres | Terminate | Network | Silence | Inject | Print | Edit | Withdraw


@dataclass(frozen=True)
class Step:
    """An event and when it begins, in seconds from the start."""

    at_s: float
    event: Event


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    articles: int = 2_000
    edits: int = 200
    span_s: float = 120.0
    """From the first fault to the last."""
    session_s: float = 4.0
    kills: int = 50
    freezes: int = 10
    rolls: int = 10
    brokers: int = 5
    outage_s: float = 60.0
    postgres: int = 5
    terminations: int = 20
    networks: int = 20
    silences: int = 6
    withdrawals: int = 6
    """Every second one is a purge."""

    @property
    def poison(self) -> int:
        """How many poison records, and as many poison pages."""
        return max(1, self.articles // 100)


BROKER_REST_S = 6.0
POSTGRES_REST_S = 3.0
SILENCE_S = 1.0
SILENCE_REST_S = 5.0
ROLL_S = 11.0
"""At the least between two of a lane, for what was hurt to be of use again."""


def plan(seed: int, size: Size) -> tuple[Step, ...]:
    """Everything that happens, in order."""
    chance = random.Random(seed)
    brokers = [0.0] * size.brokers + [size.outage_s] * (size.outage_s > 0)
    chance.shuffle(brokers)
    broker_steps = _lane(chance, size.span_s, [(down + BROKER_REST_S, Broker(down)) for down in brokers])
    outage = next((step.at_s for step in broker_steps if step.event == Broker(size.outage_s)), size.span_s)
    away_s = size.outage_s + BROKER_REST_S if outage < size.span_s else 0.0
    troubles = list(islice(cycle(TROUBLES), size.networks))
    chance.shuffle(troubles)
    to_kafka = [_network(chance, "kafka", trouble, size) for trouble in troubles[::2]]
    to_postgres = [_network(chance, "postgres", trouble, size) for trouble in troubles[1::2]]
    freezes = [_freeze(chance, stage, size) for stage in islice(cycle(STAGES), size.freezes)]
    kills = [Kill(stage, chance.random()) for stage in islice(cycle(STAGES), size.kills)]
    chance.shuffle(kills)
    # To a broker that is down the network makes no difference.
    kafka_steps = _after(
        outage, away_s, _lane(chance, size.span_s - away_s, [(each.seconds, each) for each in to_kafka])
    )
    caught = [_within(chance, step, kill) for step, kill in zip(kafka_steps, kills, strict=False)]
    databases = [Postgres(chance.uniform(0, 2)) for _ in range(size.postgres)]
    steps = [
        *broker_steps,
        *kafka_steps,
        *_lane(chance, size.span_s, [(each.seconds, each) for each in to_postgres]),
        *_lane(chance, size.span_s, [(each.seconds, each) for each in freezes]),
        *_lane(chance, size.span_s, [(each.down_s + POSTGRES_REST_S, each) for each in databases]),
        *_lane(chance, size.span_s, [(ROLL_S, Roll(*roll)) for roll in islice(cycle(ROLLS), size.rolls)]),
        *caught,
        *_lane(chance, size.span_s, [(0.0, kill) for kill in kills[len(caught) :]]),
        *_lane(chance, size.span_s, [(0.0, Terminate())] * size.terminations),
        *_lane(chance, size.span_s, [(0.0, Inject(number)) for number in range(size.poison)]),
        *_lane(chance, size.span_s, [(0.0, Edit(chance.random())) for _ in range(size.edits)]),
        *_lane(chance, size.span_s, [(0.0, Withdraw(chance.random(), bool(n % 2))) for n in range(size.withdrawals)]),
        *_lane(chance, size.span_s, [(SILENCE_S + SILENCE_REST_S, _silence(chance)) for _ in range(size.silences)]),
        *_printed(size),
    ]
    return tuple(sorted(steps, key=lambda step: step.at_s))


def _lane(chance: random.Random, span_s: float, events: Sequence[tuple[float, Event]]) -> list[Step]:
    """The events in their order, each for its seconds, with the time that is left spread between them by chance."""
    spare = span_s - sum(seconds for seconds, _ in events)
    if spare < 0:
        raise ValueError(f"{span_s} s are too short: a lane of {type(events[0][1]).__name__} needs {span_s - spare} s")
    gaps = sorted(chance.uniform(0, spare) for _ in events)
    before = accumulate((seconds for seconds, _ in events), initial=0.0)
    return [Step(gap + start, event) for gap, start, (_, event) in zip(gaps, before, events, strict=False)]


def _after(moment_s: float, seconds: float, steps: Sequence[Step]) -> list[Step]:
    """What begins after ``moment_s`` begins so much later."""
    return [Step(step.at_s + seconds, step.event) if step.at_s >= moment_s else step for step in steps]


def _within(chance: random.Random, trouble: Step, kill: Kill) -> Step:
    """While the network is in trouble, work hangs between two steps: that is when dying is tried."""
    seconds = trouble.event.seconds if isinstance(trouble.event, Network) else 0.0
    return Step(trouble.at_s + chance.uniform(0, seconds), kill)


def _network(chance: random.Random, server: Server, trouble: Trouble, size: Size) -> Network:
    """A partition lasts so long, now and then, that the group gives up on everybody."""
    longest = {"freeze": size.session_s * 1.5, "delay": 6.0, "cut": 0.0, "deafen": 2.0}[trouble]
    return Network(server, trouble, chance.uniform(longest / 4, longest))


def _freeze(chance: random.Random, stage: StageName, size: Size) -> Freeze:
    return Freeze(stage, chance.random(), size.session_s + chance.uniform(1, 3))


def _silence(chance: random.Random) -> Silence:
    return Silence(chance.random(), SILENCE_S)


def _printed(size: Size) -> list[Step]:
    """A tenth at once, the rest bit by bit over nine tenths of the time."""
    first = size.articles // 10
    ticks = max(1, int(size.span_s * 0.9))
    bounds = [first + (size.articles - first) * tick // ticks for tick in range(ticks + 1)]
    later = [
        Step(1.0 + tick, Print(range(bounds[tick], bounds[tick + 1])))
        for tick in range(ticks)
        if bounds[tick] < bounds[tick + 1]
    ]
    return [Step(0.0, Print(range(first))), *later]
