"""The wire, followed: with asyncio, or without."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar
from urllib.parse import unquote

from newswire.client.errors import WireAway, WireRefused
from newswire.client.http_source import HttpSource
from newswire.client.pages import WAIT_S, ChangeBatch, Follower, PageSource, Wanted, WantedArticles
from newswire.client.sqlite_source import SqliteSource
from newswire.domain.wire.documents import ArticleDocument, WireChange

T = TypeVar("T")
EVERYTHING = Wanted()
_BROKERS: Final = re.compile(r"[0-9A-Za-z._\[\]:-]{1,300}(?:,[0-9A-Za-z._\[\]:-]{1,300}){0,99}")


class SyncWire:
    """The wire, followed by a thread that may block. Use it as a context; `close` may be called by another thread."""

    def __init__(self, source: PageSource) -> None:
        self._source = source
        self._closed = threading.Event()

    def changes(
        self, *, after: str | None = None, wanted: Wanted = EVERYTHING, follow: bool = True
    ) -> Iterator[WireChange]:
        """Every change behind a cursor, for ever; with ``follow=False`` until the head. None is the oldest change.

        While the wire is away, it waits. Raises `CursorLost`, and `WireRefused` where a second try would not help.
        """
        for batch in self.batches(after=after, wanted=wanted, follow=follow):
            yield from batch.changes

    def batches(
        self, *, after: str | None = None, wanted: Wanted = EVERYTHING, follow: bool = True
    ) -> Iterator[ChangeBatch]:
        """The same in groups. A batch may be empty: its cursor then passes changes that were not wanted."""
        follower = Follower(after)
        while not self._closed.is_set():
            try:
                page = self._source.page(wanted, follower.cursor, WAIT_S if follow else 0)
            except WireAway as error:
                if not self._closed.is_set():
                    self._closed.wait(follower.wait_after(error))
                continue
            if (batch := follower.take(page)) is not None:
                yield batch
            if not follow and not page.more:
                return

    def search(
        self, query: str, *, sort: Literal["new", "relevance"] = "new", limit: int = 50, text: bool = False
    ) -> Iterator[ArticleDocument]:
        """At most ``limit`` articles that match a query of `/v1/search`, the last changed or the most relevant first.

        Raises `WireRefused` with what to write instead, `WireAway` when the server does not answer.
        """
        asked, after, left = WantedArticles(query, sort, limit, text), None, limit
        while left > 0 and not self._closed.is_set():
            page = self._source.search(asked, after)
            yield from page.articles[:left]
            left, after = left - len(page.articles), page.next
            if after is None:
                return

    def close(self) -> None:
        """End every iteration that follows the wire."""
        self._closed.set()
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncWire:
    """The wire, followed by a task. Pages are asked for by a thread, so nothing else of the program waits for them."""

    def __init__(self, source: PageSource) -> None:
        self._source = source

    async def changes(
        self, *, after: str | None = None, wanted: Wanted = EVERYTHING, follow: bool = True
    ) -> AsyncIterator[WireChange]:
        """Every change behind a cursor, for ever; with ``follow=False`` until the head. None is the oldest change.

        While the wire is away, it waits. Raises `CursorLost`, and `WireRefused` where a second try would not help.
        """
        async for batch in self.batches(after=after, wanted=wanted, follow=follow):
            for change in batch.changes:
                yield change

    async def batches(
        self, *, after: str | None = None, wanted: Wanted = EVERYTHING, follow: bool = True
    ) -> AsyncIterator[ChangeBatch]:
        """The same in groups. A batch may be empty: its cursor then passes changes that were not wanted."""
        follower = Follower(after)
        while True:
            cursor, wait_s = follower.cursor, WAIT_S if follow else 0.0
            try:
                page = await self._in_thread(lambda: self._source.page(wanted, cursor, wait_s))  # noqa: B023  # awaited
            except WireAway as error:
                await asyncio.sleep(follower.wait_after(error))
                continue
            if (batch := follower.take(page)) is not None:
                yield batch
            if not follow and not page.more:
                return

    async def search(
        self, query: str, *, sort: Literal["new", "relevance"] = "new", limit: int = 50, text: bool = False
    ) -> AsyncIterator[ArticleDocument]:
        """At most ``limit`` articles that match a query of `/v1/search`, the last changed or the most relevant first.

        Raises `WireRefused` with what to write instead, `WireAway` when the server does not answer.
        """
        asked, after, left = WantedArticles(query, sort, limit, text), None, limit
        while left > 0:
            page = await self._in_thread(partial(self._source.search, asked, after))
            for article in page.articles[:left]:
                yield article
            left, after = left - len(page.articles), page.next
            if after is None:
                return

    async def close(self) -> None:
        """Close the connection."""
        self._source.close()
        await asyncio.sleep(0)

    async def _in_thread(self, ask: Callable[[], T]) -> T:
        """Call in a thread of its own. A caller that is cancelled waits for no answer, and neither does the program."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(result)  # type: ignore[arg-type]  # there is a result where there is no error

        def work() -> None:
            result, failure = None, None
            try:
                result = ask()
            except Exception as error:  # noqa: BLE001  # raised again where the answer is awaited
                failure = error
            with suppress(RuntimeError):  # the loop may have ended meanwhile
                loop.call_soon_threadsafe(settle, result, failure)

        threading.Thread(target=work, daemon=True, name="newswire.client").start()
        try:
            return await answer
        except asyncio.CancelledError:
            self._source.interrupt()
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


def connect(address: str, *, key: str | None = None, kafka: Mapping[str, Any] | None = None) -> AsyncWire:
    """The wire at ``https://host``, ``http://host``, ``sqlite:///path`` or ``kafka://host:port,host:port``.

    Nothing is asked for yet. ``kafka`` has more arguments for aiokafka's consumer, for brokers that want TLS or a user:
    ``{"security_protocol": "SASL_SSL", "ssl_context": …, "sasl_mechanism": …}``. Raises `WireRefused` for another
    address.
    """
    return AsyncWire(_source(address, key, kafka))


def connect_sync(address: str, *, key: str | None = None, kafka: Mapping[str, Any] | None = None) -> SyncWire:
    """The same, without asyncio."""
    return SyncWire(_source(address, key, kafka))


def _source(address: str, key: str | None, kafka: Mapping[str, Any] | None) -> PageSource:
    scheme, _, rest = address.partition("://")
    if scheme in {"http", "https"} and not kafka:
        return HttpSource(address, key)
    if scheme == "sqlite" and rest.startswith("/") and key is None and not kafka:
        return SqliteSource(Path(unquote(rest[1:])))
    if scheme == "kafka" and _BROKERS.fullmatch(rest) and key is None:
        from newswire.client.kafka_source import KafkaSource  # noqa: PLC0415  # aiokafka is for those who use it

        return KafkaSource(rest.split(","), kafka or {})
    raise WireRefused(
        "an address is https://host or http://host, or sqlite:///path or kafka://host:port, which take no key; "
        "kafka= goes with kafka:// alone, and holds the user and the password for it"
    )
