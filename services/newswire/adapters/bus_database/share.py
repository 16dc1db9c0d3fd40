"""Who of a group should have which partitions: pure arithmetic over what the database says.

Every member computes the same quotas from the same list of members, and their sum is the number of
partitions; so once the membership stands still, giving away what is above one's quota and taking what is
free below it ends with everything owned and nothing moving.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from newswire.ports import Partition


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has a partition (None: nobody), and how many times it was given to somebody."""

    holder: UUID | None
    epoch: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The next step of one member. ``short`` says that it should have more partitions than it can take at present."""

    keep: frozenset[Partition]
    take: tuple[Partition, ...]
    give: tuple[Partition, ...]
    short: bool


def quotas(member: UUID, members: Mapping[UUID, frozenset[str]], topics: Mapping[str, int]) -> dict[str, int]:
    """How many partitions of each topic ``member`` should have.

    ``members`` maps the live ones to the topics they subscribe to, ``topics`` to their numbers of
    partitions. What does not divide evenly goes to other members topic after topic, so that many topics
    of one partition do not all end with the same member.
    """
    turn = 0
    result: dict[str, int] = {}
    for topic in sorted(topics):
        readers = sorted(each for each, subscribed in members.items() if topic in subscribed)
        if member not in readers:
            continue
        share, rest = divmod(topics[topic], len(readers))
        place = (readers.index(member) - turn) % len(readers)
        result[topic] = share + (place < rest)
        turn += rest
    return result


def plan(
    member: UUID,
    held: Mapping[Partition, int],
    members: Mapping[UUID, frozenset[str]],
    leases: Mapping[Partition, Lease],
    topics: Mapping[str, int],
) -> Plan:
    """What ``member``, who believes to hold ``held`` (by epoch), keeps, takes and gives away.

    ``members`` holds only the live ones, ``member`` included; leases of all others count as free. So does a
    lease in ``member``'s name with an epoch it does not know: it was taken in a transaction whose outcome
    never arrived.
    """
    keep = frozenset(at for at, epoch in held.items() if leases.get(at) == Lease(member, epoch))
    mine: dict[str, list[Partition]] = defaultdict(list)
    for at in sorted(keep):
        mine[at.topic].append(at)
    take: list[Partition] = []
    give: list[Partition] = []
    short = False
    for topic, quota in quotas(member, members, topics).items():
        excess = len(mine[topic]) - quota
        if excess > 0:
            give += mine[topic][-excess:]
        if excess < 0:
            free = [at for at in _free(topic, topics[topic], member, members, leases) if at not in keep]
            take += free[:-excess]
            short |= len(free) < -excess
    return Plan(keep, tuple(take), tuple(give), short)


def _free(
    topic: str, partitions: int, member: UUID, members: Mapping[UUID, frozenset[str]], leases: Mapping[Partition, Lease]
) -> Sequence[Partition]:
    everything = (Partition(topic, number) for number in range(partitions))
    return [
        at for at in everything if at not in leases or leases[at].holder == member or leases[at].holder not in members
    ]
