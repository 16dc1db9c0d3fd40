"""How many requests a key may make in a window of time."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class RequestQuota:
    """``requests`` in each window of ``window_s`` seconds."""

    requests: int
    window_s: int = 60


@dataclass(frozen=True, slots=True)
class RequestWindow:
    """The current window of a key: its beginning, by a clock that only goes forward, and its requests so far."""

    began: float
    used: int


@dataclass(frozen=True, slots=True)
class QuotaState:
    """The rest of a quota, in terms of the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers-10, §4)."""

    remaining: int
    reset_s: int
    """Seconds until the whole quota is there again, rounded up."""
    allowed: bool


def count_request(window: RequestWindow | None, quota: RequestQuota, now: float) -> tuple[RequestWindow, QuotaState]:
    """Count one request at ``now``, in seconds; the window afterwards, and whether the request is within the quota.

    A refused request does not count: the wait of an impatient client does not grow.
    """
    if window is None or now - window.began >= quota.window_s:
        window = RequestWindow(now, 0)
    allowed = window.used < quota.requests
    if allowed:
        window = replace(window, used=window.used + 1)
    left = window.began + quota.window_s - now
    return window, QuotaState(quota.requests - window.used, max(1, int(-(-left // 1))), allowed)
