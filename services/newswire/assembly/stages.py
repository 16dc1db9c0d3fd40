"""The stages by the settings, over the parts of a running newswire."""

import secrets
from datetime import timedelta
from functools import partial

from newswire.adapters.http.public import public_base
from newswire.assembly.operations import read_rules
from newswire.assembly.parts import Parts, Tools
from newswire.domain.feeds.entry_age import FirstContact
from newswire.domain.schedule.next_poll import Pace
from newswire.stages.extract import Extract, ExtractRules
from newswire.stages.poll.stage import Poll, PollRules
from newswire.stages.poll.store import PollStore
from newswire.stages.poll.turns import HostLimits
from newswire.stages.store import Store
from newswire.stages.websub import WebSub, WebSubRules


def poll_stage(parts: Parts, tools: Tools) -> Poll:
    """The first stage by the settings."""
    settings = parts.settings
    rules = PollRules(
        pace=Pace(
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
    store = PollStore(parts.feeds, parts.schedule, parts.entries, parts.rechecks, parts.feed_events)
    return Poll(store, parts.bus, tools.web, tools.workers, parts.clock, rules)


def extract_stage(parts: Parts, tools: Tools) -> Extract:
    """The second stage by the settings."""
    settings = parts.settings
    rules = ExtractRules(
        max_bytes=settings.fetch.page_max_bytes,
        timeout_s=settings.fetch.timeout_s,
        deadline_s=settings.extract.deadline_s,
        retry_delays=tuple(timedelta(seconds=delay) for delay in settings.extract.retry_delays_s),
        obey_robots=settings.fetch.obey_robots,
        dead_letter_limit=settings.dead.limit,
    )
    return Extract(parts.bus, tools.web, tools.workers, parts.clock, rules)


def store_stage(parts: Parts) -> Store:
    """The third stage by the settings."""
    return Store(parts.articles, parts.bus, parts.clock, dead_letter_limit=parts.settings.dead.limit)


def websub_stage(parts: Parts, tools: Tools) -> WebSub:
    """The subscriber by the settings. Raises `UsageError` when they do not say where hubs reach us."""
    settings = parts.settings
    rules = WebSubRules(
        base=public_base(settings.websub.callback_url, allow_private=settings.fetch.allow_private_addresses),
        lease_s=settings.websub.lease_s,
        timeout_s=settings.fetch.timeout_s,
    )
    return WebSub(
        parts.hubs, parts.hub_upkeep, parts.schedule, tools.web, parts.clock, rules, partial(secrets.token_urlsafe, 32)
    )
