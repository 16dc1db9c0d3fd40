"""Watching over a member: a broker that is away is told from an idle topic, and a client that is stuck is given up."""

import asyncio
from collections.abc import Collection

import structlog
from aiokafka.errors import KafkaError

from newswire.adapters.bus_kafka.liveness import Liveness
from newswire.adapters.bus_kafka.member import Member
from newswire.errors import Wait
from newswire.ports import Partition

log = structlog.get_logger()


class GiveUp(Wait):
    """This client is of no more use; another one may be."""


class Watchdog:
    """Over one member, from its start to its end."""

    def __init__(self, member: Member, group: str, *, session_timeout_s: float) -> None:
        """After ``session_timeout_s`` without a broker the group has given this member up."""
        self._member, self._group = member, group
        self._session_timeout_s = session_timeout_s
        self._now = asyncio.get_running_loop().time
        self._liveness = Liveness(self._now())

    def gave(self, partitions: Collection[Partition]) -> None:
        """These have just given records."""
        self._liveness.move(self._now(), partitions)

    async def look(self, polled: Collection[Partition]) -> None:
        """Return at once when all is well with what is ``polled``, and mostly it takes no request to know.

        Raises `Wait` when no broker answers, `GiveUp` when it is time to begin anew.
        """
        now, assigned = self._now(), self._member.assigned is not None
        self._liveness.hear(now, self._member.marks())
        if self._liveness.silent(now):
            await self._ask(now)
        if quiet := self._liveness.quiet(now, polled if assigned else ()):
            self._liveness.move(now, quiet)
            if behind := await self._behind(quiet):
                self._give_up(behind)
        if self._liveness.unassigned(now, assigned=assigned):
            self._give_up([])

    async def _ask(self, now: float) -> None:
        try:
            await self._member.ask()
        except (KafkaError, TimeoutError) as error:
            text = f"no broker answers: {str(error) or type(error).__name__}"
            kind = GiveUp if self._liveness.silent_s(now) > self._session_timeout_s else Wait
            raise kind(text, dependency="kafka") from error
        self._liveness.heard(now)

    async def _behind(self, quiet: Collection[Partition]) -> list[str]:
        try:
            return _names(await self._member.behind(quiet))
        except (KafkaError, TimeoutError) as error:  # their brokers may be away; the others' partitions go on
            text = str(error) or type(error).__name__
            log.warning("kafka.no_answer", group=self._group, partitions=_names(quiet), error=text)
            return []

    def _give_up(self, partitions: Collection[str]) -> None:
        """There are records or partitions, and the client gives none (aiokafka issue 718, and its kind)."""
        log.warning("kafka.stuck", group=self._group, partitions=partitions or "none assigned")
        raise GiveUp("the Kafka client was stuck and is started anew", dependency="kafka")


def _names(partitions: Collection[Partition]) -> list[str]:
    return [f"{at.topic}/{at.number}" for at in sorted(partitions)]
