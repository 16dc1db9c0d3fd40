"""The stages by the settings, over the backends."""

import secrets
from datetime import timedelta
from functools import partial

from newswire.adapters.http.callback_address import public_callback_base
from newswire.assembly.backends import Backends, FetchBackends
from newswire.assembly.operations import read_rules
from newswire.domain.feeds.entry_age import FirstContact
from newswire.domain.schedule.next_poll import PollBounds
from newswire.stages.drift import Drift
from newswire.stages.extract import Extract, ExtractRules
from newswire.stages.latest import LatestStates
from newswire.stages.poll.host_queues import HostLimits
from newswire.stages.poll.stage import Poll, PollRules
from newswire.stages.poll.store import PollStore
from newswire.stages.store import Store
from newswire.stages.websub import WebSub, WebSubRules


def poll_stage(backends: Backends, fetch_backends: FetchBackends) -> Poll:
    """The first stage by the settings."""
    settings = backends.settings
    rules = PollRules(
        bounds=PollBounds(
            default=timedelta(seconds=settings.poll.interval_s),
            shortest=timedelta(seconds=settings.poll.min_interval_s),
            longest=timedelta(seconds=settings.poll.max_interval_s),
        ),
        lease_s=settings.poll.lease_s,
        claim=settings.poll.batch,
        concurrency=settings.poll.concurrency,
        tick_s=settings.poll.tick_s,
        host=HostLimits(settings.fetch.host_interval_s, settings.fetch.host_concurrency),
        read=read_rules(settings),
        first=FirstContact(
            max_age=timedelta(days=settings.poll.first_max_age_days) if settings.poll.first_max_age_days else None,
            few=settings.poll.first_few_entries,
        ),
    )
    store = PollStore(backends.feeds, backends.schedule, backends.entries, backends.rechecks, backends.feed_events)
    return Poll(store, backends.bus, fetch_backends.web, fetch_backends.workers, backends.clock, rules)


def extract_stage(backends: Backends, fetch_backends: FetchBackends) -> Extract:
    """The second stage by the settings."""
    settings = backends.settings
    rules = ExtractRules(
        max_bytes=settings.fetch.page_max_bytes,
        timeout_s=settings.fetch.timeout_s,
        deadline_s=settings.extract.deadline_s,
        retry_delays=tuple(timedelta(seconds=delay) for delay in settings.extract.retry_delays_s),
        obey_robots=settings.fetch.obey_robots,
        dead_letter_limit=settings.dead.limit,
    )
    return Extract(backends.bus, fetch_backends.web, fetch_backends.workers, backends.clock, rules, backends.archive)


def store_stage(backends: Backends) -> Store:
    """The third stage by the settings."""
    return Store(
        backends.articles,
        backends.bus,
        backends.clock,
        dead_letter_limit=backends.settings.dead.limit,
        erasure=backends.erasure,
        latest=latest_states(backends),
    )


def drift_stage(backends: Backends) -> Drift:
    """The watch over the sources."""
    return Drift(backends.sources, backends.source_events, backends.bus, backends.clock)


def latest_states(backends: Backends) -> LatestStates | None:
    """The compacted topic of latest states; None where the settings do not want it."""
    return LatestStates(backends.standing, backends.bus) if backends.settings.latest.publish else None


def websub_stage(backends: Backends, fetch_backends: FetchBackends) -> WebSub:
    """The subscriber by the settings. Raises `UsageError` when they do not say where hubs reach us."""
    settings = backends.settings
    rules = WebSubRules(
        base=public_callback_base(settings.websub.callback_url, allow_private=settings.fetch.allow_private_addresses),
        lease_s=settings.websub.lease_s,
        timeout_s=settings.fetch.timeout_s,
    )
    return WebSub(
        backends.hubs,
        backends.hub_upkeep,
        backends.schedule,
        fetch_backends.web,
        backends.clock,
        rules,
        partial(secrets.token_urlsafe, 32),
    )
