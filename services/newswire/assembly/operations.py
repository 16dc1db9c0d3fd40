"""The operations that ask the web, by the settings."""

from collections.abc import Callable
from functools import partial

from newswire.assembly.backends import Backends, FetchBackends
from newswire.domain.articles.parsed_page import ParsedPage
from newswire.operations.discover import Discovery, DiscoveryRules
from newswire.operations.import_pages import ImportPorts
from newswire.operations.redo.redo import RedoPorts
from newswire.operations.withdraw import WithdrawPorts
from newswire.ports import Archive, Clock, Web
from newswire.settings import Settings
from newswire.stages.article_reader import ArticleReader, PageRules
from newswire.stages.latest import LatestStates
from newswire.stages.poll.feed_reader import ReadRules


def discovery(fetch_backends: FetchBackends, settings: Settings, *, web: Web | None = None) -> Discovery:
    """The search for feeds; it asks ``web`` where that is given, else the web of ``fetch_backends``."""
    rules = DiscoveryRules(max_bytes=settings.fetch.feed_max_bytes, obey_robots=settings.fetch.obey_robots)
    return Discovery(web or fetch_backends.web, fetch_backends.workers, rules)


def read_rules(settings: Settings) -> ReadRules:
    """The rules by which a feed's document is fetched and parsed."""
    return ReadRules(
        max_bytes=settings.fetch.feed_max_bytes,
        timeout_s=settings.fetch.timeout_s,
        deadline_s=settings.extract.deadline_s,
        obey_robots=settings.poll.obey_robots,
    )


def article_reader(
    fetch_backends: FetchBackends, settings: Settings, clock: Clock, seen: Callable[[ParsedPage], None] | None = None
) -> ArticleReader:
    """The reader of pages, with the rules of the stage `extract`; ``seen`` gets every page that was parsed."""
    rules = PageRules(
        max_bytes=settings.fetch.page_max_bytes,
        timeout_s=settings.fetch.timeout_s,
        deadline_s=settings.extract.deadline_s,
        obey_robots=settings.fetch.obey_robots,
    )
    return ArticleReader(fetch_backends.web, fetch_backends.workers, clock, rules, seen)


def redo_ports(
    backends: Backends, fetch_backends: FetchBackends, archive: Archive, latest: LatestStates | None
) -> RedoPorts:
    """The ports of a redo; pages are read with the rules of the stage `extract`."""
    return RedoPorts(
        archive=archive,
        past=backends.past,
        standing=backends.standing,
        articles=backends.articles,
        entries=backends.entries,
        bus=backends.bus,
        clock=backends.clock,
        reader_at=partial(article_reader, fetch_backends, backends.settings),
        latest=latest,
    )


def import_ports(backends: Backends, fetch_backends: FetchBackends) -> ImportPorts:
    """The ports of an import of pages, which are read with the rules of the stage `extract`."""
    return ImportPorts(
        entries=backends.entries,
        bus=backends.bus,
        reader_at=partial(article_reader, fetch_backends, backends.settings),
        archive=backends.archive,
        clock=backends.clock,
    )


def withdraw_ports(backends: Backends, latest: LatestStates | None) -> WithdrawPorts:
    """The ports of a withdrawal."""
    return WithdrawPorts(
        ledger=backends.ledger,
        articles=backends.articles,
        entries=backends.entries,
        bus=backends.bus,
        erasure=backends.erasure,
        clock=backends.clock,
        latest=latest,
    )
