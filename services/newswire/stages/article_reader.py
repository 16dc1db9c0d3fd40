"""From an entry's page to its article: ask for the page, judge the answer, extract the text.

The stage `extract` reads every page through this module, and so does the operation that extracts a single page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newswire import metrics
from newswire.domain.archive.raw_page import Provenance, RawPage, is_forbidden, is_kept
from newswire.domain.articles.body_digest import body_digests
from newswire.domain.articles.compose import Fetched, can_stand_in, from_feed, from_page
from newswire.domain.articles.extracted import extracted
from newswire.domain.articles.facts.page_claims import feed_facts
from newswire.domain.articles.no_article import PASSING
from newswire.domain.articles.parsed_page import FeedText, ParsedPage
from newswire.domain.http.httpcache import retry_after
from newswire.domain.urls.detours import leads_nowhere
from newswire.errors import Reject, Retry
from newswire.events import NO_VALIDATORS, ArticleEvent, ArticleExtracted, EntryFound
from newswire.parsing.jobs import parse_feed_body, parse_page
from newswire.parsing.pages.version import version
from newswire.ports import Clock, Request, Response, Web, Workers
from newswire.stages.limits import PAGE_SETTING, TIME_SETTING
from newswire.stages.second_look import ABOUT_KNOWN, by_bytes, by_status

ACCEPT: Final = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1"
_PASSING: Final = frozenset({408, 421, 425, 429})


@dataclass(frozen=True, slots=True)
class PageRules:
    """The settings for fetching and extracting one page."""

    max_bytes: int
    """The largest decoded body that is read."""
    timeout_s: float
    """The time for one fetch, in seconds."""
    deadline_s: float
    """The time for extracting one page, in seconds."""
    obey_robots: bool


@dataclass(frozen=True, slots=True)
class PageReading:
    """The event that a page came to."""

    event: ArticleEvent
    page: RawPage | None = None
    """The page that the article was made from, or that was found unchanged; None where there is none to keep."""


class ArticleReader:
    """Fetches an entry's page and extracts its article. Parsing runs in worker processes."""

    def __init__(
        self,
        web: Web,
        workers: Workers,
        clock: Clock,
        rules: PageRules,
        seen: Callable[[ParsedPage], None] | None = None,
    ) -> None:
        """Hold the ports and the rules; there is no other state. ``seen`` gets every page that was parsed."""
        self._web = web
        self._workers = workers
        self._clock = clock
        self._rules = rules
        self._seen = seen

    async def fetch(self, entry: EntryFound) -> PageReading:
        """Fetch the entry's page and read the answer, but a page whose bytes are those of the last look.

        Raises `Retry` or `Reject` where the answer holds no article.
        """
        request = Request(
            entry.url,
            validators=entry.validators or NO_VALIDATORS,
            max_bytes=self._rules.max_bytes,
            max_bytes_setting=PAGE_SETTING,
            timeout_s=self._rules.timeout_s,
            timeout_setting=TIME_SETTING,
            accept=ACCEPT,
            obey_robots=self._rules.obey_robots and not entry.ignore_robots,
        )
        asked = self._clock.now()
        async with self._web.fetch(request) as response:
            now = self._clock.now()
            metrics.page_fetched(now - asked)
            event = by_bytes(entry, response, now) or await self.read(entry, response, now)
            return PageReading(event, raw_page(entry, response, event, now))

    async def read(self, entry: EntryFound, response: Response, fetched_at: datetime) -> ArticleEvent:
        """Read an answer to a request for the entry's page.

        Raises `Retry` or `Reject` where the answer holds no article, e.g. ``http-404``, ``redirected-away``,
        ``not-html``, ``no-text`` or ``consent-wall``.
        """
        _check(entry, response, fetched_at)
        return by_status(entry, response, fetched_at) or await self._extract(entry, response, fetched_at)

    async def from_feed(self, entry: EntryFound, flags: tuple[str, ...]) -> ArticleExtracted:
        """Make the article from the text that the feed carries; ``flags`` say why the page was not used."""
        body = await self._workers.run(parse_feed_body, _feed_text(entry), deadline_s=self._rules.deadline_s)
        return extracted(entry, from_feed(entry, body, flags, self._clock.now()), body)

    async def _extract(self, entry: EntryFound, response: Response, fetched_at: datetime) -> ArticleExtracted:
        page = await self._workers.run(
            parse_page,
            response.body,
            response.url,
            response.headers.get("content-type"),
            _feed_text(entry) if can_stand_in(entry) else None,
            feed_facts(entry),
            fetched_at,
            deadline_s=self._rules.deadline_s,
        )
        metrics.page_extracted(self._clock.now() - fetched_at)
        if self._seen is not None:
            self._seen(page)
        if page.no_article:
            raise _no_article(page.no_article)
        fetched = Fetched(
            page, response.url, response.status, fetched_at, response.headers, response.robots_allowed, response.flags
        )
        body = page.stand_in
        article = from_page(entry, fetched, self._clock.now(), body=body)
        if not article.text:
            raise Reject("no-text", "the page holds no article text, and the feed carries none")
        event = extracted(entry, article, body or page)
        digests = body_digests(page.version, response.headers.get("content-type"), response.body)
        digest = digests.uncopied if is_forbidden(event) else digests.copied
        return event.model_copy(update={"body_sha256": digest})


def raw_page(entry: EntryFound, response: Response, event: ArticleEvent, fetched_at: datetime) -> RawPage | None:
    """The page that an event was made from, for the archive; None where there is nothing to keep."""
    if not is_kept(event):
        return None
    if isinstance(event, ArticleExtracted):
        article_id, extraction = event.article.article_id, event.article.extraction.version
    else:
        article_id, extraction = event.article_id, version()
    provenance = Provenance(
        entry=entry,
        article_id=article_id,
        fetched_at=fetched_at,
        robots_allowed=response.robots_allowed,
        flags=response.flags,
        extraction=extraction,
    )
    return RawPage(response.url, response.status, response.body, provenance, response.headers)


def _feed_text(entry: EntryFound) -> FeedText:
    return FeedText(entry.content or "", entry.title, entry.language)


def _no_article(reason: str) -> Retry | Reject:
    """The error for a page that is no article. A check or a broken server may let the next attempt pass."""
    message = f"the page is no article: {reason}"
    return Retry(reason, message) if reason in PASSING else Reject(reason, message)


def _check(entry: EntryFound, response: Response, now: datetime) -> None:
    """Raise `Retry` or `Reject` for an answer that is not the article's page."""
    status = response.status
    if status in _PASSING or status >= 500:
        wait = retry_after(response.headers, now)
        raise Retry(
            f"http-{status}",
            f"the server answered {status}",
            retry_after_s=wait.total_seconds() if wait else None,
        )
    if entry.reason == "recheck" and status in ABOUT_KNOWN and (status != 304 or response.conditional):
        return
    if not 200 <= status < 300:
        raise Reject(f"http-{status}", f"the server answered {status}")
    if leads_nowhere(entry.url, response.url):
        raise Reject("redirected-away", f"the page redirects to {response.url}, which is not the article")
