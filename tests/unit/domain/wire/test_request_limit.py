"""The limit on requests of one key."""

from newswire.domain.wire.request_limit import QuotaState, RequestQuota, count_request

QUOTA = RequestQuota(requests=3, window_s=60)


def counted(*moments):
    window, states = None, []
    for now in moments:
        window, state = count_request(window, QUOTA, now)
        states.append(state)
    return states


def test_a_quota_is_used_up_and_comes_back_with_the_next_window():
    assert counted(100.0, 110.0, 120.0, 130.5, 160.0) == [
        QuotaState(2, 60, allowed=True),
        QuotaState(1, 50, allowed=True),
        QuotaState(0, 40, allowed=True),
        QuotaState(0, 30, allowed=False),
        QuotaState(2, 60, allowed=True),
    ]


def test_refused_requests_do_not_make_the_wait_longer():
    states = counted(0.0, 0.0, 0.0, *[59.0] * 50, 60.0)
    assert not states[-2].allowed
    assert states[-1].allowed


def test_who_waits_as_long_as_is_said_is_let_in():
    *_, refused = counted(0.2, 0.2, 0.2, 0.2)
    assert not refused.allowed
    assert counted(0.2, 0.2, 0.2, 0.2, 0.2 + refused.reset_s)[-1].allowed
