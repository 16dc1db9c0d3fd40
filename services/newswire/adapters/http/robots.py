"""robots.txt by RFC 9309: asked once a day per origin, answered from memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.urls.syntax import HttpUrl
from newswire.errors import Reject, Retry
from newswire.parsing.sites.robots import MAX_BYTES, Rules, read_robots
from newswire.ports import Clock, Response

FRESH_FOR: Final = timedelta(hours=24)
"""RFC 9309 §2.4."""

ASK_AGAIN_AFTER: Final = timedelta(minutes=5)
"""How long an unreachable robots.txt is left alone."""

_IN_THREAD: Final = 32 * 1024
"""Bytes of a robots.txt from which it is read and asked beside the event loop.

The worst that is let in (5,000 rules with wildcards, an address of 8,000 characters) takes 0.1 s to be asked.
"""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rule of an origin's robots.txt for one address."""

    allowed: bool
    delay_s: float | None = None
    """Crawl-delay, cut at the cap; not in the RFC, but many publishers mean it."""


@dataclass(frozen=True, slots=True)
class _CachedRules:
    rules: Rules | None
    """None allows everything."""
    ask_after: datetime
    size: int = 0
    unreachable: str | None = None
    """Why nothing is known; everything is disallowed for now."""


class RobotsCache:
    """The rules of every origin lately asked for."""

    def __init__(  # every setting is named, none is hidden in a bag
        self,
        fetch: Callable[[str], Awaitable[Response]],
        *,
        agent: str,
        clock: Clock,
        delay_cap_s: float,
        max_origins: int = 5_000,
        max_total_bytes: int = 32 * 1024 * 1024,
    ) -> None:
        """``fetch`` gets one address (up to 5 redirects, the first `MAX_BYTES`); ``agent`` is the product token.

        At most ``max_origins`` answers and ``max_total_bytes`` of rules (their text) are remembered; the
        longest unused go first.
        """
        self._fetch = fetch
        self._agent = agent
        self._clock = clock
        self._delay_cap_s = delay_cap_s
        self._max_origins = max_origins
        self._max_total_bytes = max_total_bytes
        self._answers: OrderedDict[str, _CachedRules] = OrderedDict()
        self._total_bytes = 0
        self._loading: dict[str, asyncio.Task[_CachedRules]] = {}

    async def ask(self, url: HttpUrl) -> Ruling:
        """The ruling on ``url``; robots.txt is fetched when it is not known or a day old.

        Raises:
            Retry: ``robots-unreachable``: a server error, or no answer, which disallows everything for now
                (RFC 9309 §2.3.1.4); or ``host-held``.
            Reject: ``blocked-address`` or ``bad-url``: robots.txt itself may not be fetched.
        """
        answer = self._answers.get(url.origin)
        now = self._clock.now()
        if answer is None or answer.ask_after <= now:
            answer = await self._load_once(url.origin)
        else:
            self._answers.move_to_end(url.origin)
        if answer.unreachable is not None:
            left_s = max(0.0, (answer.ask_after - now).total_seconds())
            raise Retry("robots-unreachable", answer.unreachable, retry_after_s=left_s)
        if answer.rules is None:
            return Ruling(allowed=True)
        allow, delay_s = answer.rules.allow, answer.rules.delay_s
        return Ruling(
            allowed=await asyncio.to_thread(allow, url.document) if answer.size > _IN_THREAD else allow(url.document),
            delay_s=min(delay_s, self._delay_cap_s) if delay_s else None,
        )

    async def close(self) -> None:
        """Give up what is being fetched."""
        loading = list(self._loading.values())
        for task in loading:
            task.cancel()
        await asyncio.gather(*loading, return_exceptions=True)

    async def _load_once(self, origin: str) -> _CachedRules:
        """One fetch however many ask; it goes on when the one that began it is cancelled."""
        task = self._loading.get(origin)
        if task is None:
            task = asyncio.create_task(self._load(origin), name=f"robots {origin}")
            self._loading[origin] = task
            task.add_done_callback(lambda done: self._loaded(origin, done))
        return await asyncio.shield(task)

    def _loaded(self, origin: str, task: asyncio.Task[_CachedRules]) -> None:
        del self._loading[origin]
        if not task.cancelled():
            task.exception()  # seen, for nobody may be left to look

    async def _load(self, origin: str) -> _CachedRules:
        answer = await self._fetched(f"{origin}/robots.txt")
        known = self._answers.get(origin)
        if answer.unreachable is not None and known is not None and known.unreachable is None:
            # RFC 9309 §2.4: an old copy may be used while the file cannot be fetched.
            answer = _CachedRules(known.rules, answer.ask_after, known.size)
        self._remember(origin, answer)
        return answer

    async def _fetched(self, url: str) -> _CachedRules:
        try:
            response = await self._fetch(url)
        except Retry as error:
            if error.reason == "host-held":
                raise
            return self._unreachable(str(error))
        except Reject as error:
            if error.reason == "redirect-loop":  # §2.3.1.2: may be taken for "there is none"
                return _CachedRules(None, self._clock.now() + FRESH_FOR)
            if error.reason in {"blocked-address", "bad-url"}:
                raise
            return self._unreachable(str(error))
        if response.status >= 500 or response.status == 429:
            return self._unreachable(f"{url}: status {response.status}")
        if not 200 <= response.status < 300:
            return _CachedRules(None, self._clock.now() + FRESH_FOR)
        body = response.body[:MAX_BYTES]
        if len(body) > _IN_THREAD:
            rules = await asyncio.to_thread(read_robots, body, self._agent)
        else:
            rules = read_robots(body, self._agent)
        return _CachedRules(rules, self._clock.now() + FRESH_FOR, rules.size)

    def _unreachable(self, why: str) -> _CachedRules:
        return _CachedRules(
            None, self._clock.now() + ASK_AGAIN_AFTER, unreachable=f"robots.txt cannot be fetched: {why}"
        )

    def _remember(self, origin: str, answer: _CachedRules) -> None:
        former = self._answers.pop(origin, None)
        self._total_bytes += answer.size - (former.size if former else 0)
        self._answers[origin] = answer
        while len(self._answers) > self._max_origins or self._total_bytes > self._max_total_bytes:
            _, dropped = self._answers.popitem(last=False)
            self._total_bytes -= dropped.size
