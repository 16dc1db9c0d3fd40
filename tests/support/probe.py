"""A running stage's health endpoints as its platform asks them."""

from typing import Any, Final

import aiohttp

from support.commandline import CommandLine, Running
from support.metrics import Samples, parsed

ANSWER_S: Final = 20.0
"""Far longer than an answer may take, and shorter than anything that it could hang on."""
LISTENING: Final = {"HEALTH__PORT": "0", "HEALTH__HOST": "127.0.0.1"}


def listening(newswire: CommandLine) -> CommandLine:
    """The same with a health port of the system's choice."""
    return newswire.having(**LISTENING)


class Probe:
    """Asks one process; made when it has logged where it listens."""

    def __init__(self, line: Running) -> None:
        self._base = f"http://127.0.0.1:{line.event('health.listening')['port']}"

    async def live(self) -> int:
        return (await self._get("/livez"))[0]

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """Its status, and what its body says."""
        status, response = await self._get("/readyz", as_json=True)
        return status, response

    async def is_ready(self) -> bool:
        return (await self.ready())[0] == 200

    async def is_unready(self) -> bool:
        return (await self.ready())[1]["status"] == "unready"

    async def metrics(self) -> Samples:
        return parsed((await self._get("/metrics"))[1])

    async def _get(self, path: str, *, as_json: bool = False) -> tuple[int, Any]:
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self._base + path) as response:
            return response.status, await (response.json() if as_json else response.text())
