"""Wrong keys are counted by address, in bounded memory."""

from datetime import timedelta

import pytest

from newswire.domain.wire.refusals import TooManyTries
from newswire.operations.failed_tries import FAMILIAR, TRIES, FailedTries
from support.build import NOW

ADDRESS = "192.0.2.1"


def failing(tries, address, times=TRIES.requests):
    for _ in range(times):
        tries.check(address, None, NOW)
        tries.failed(address, NOW)
    return tries


def is_refused(tries, address, key_id=None, now=NOW):
    try:
        tries.check(address, key_id, now)
    except TooManyTries:
        return True
    return False


def test_an_address_may_fail_so_often_in_a_minute_and_no_more():
    assert not is_refused(failing(FailedTries(), ADDRESS, TRIES.requests - 1), ADDRESS)
    tries = failing(FailedTries(), ADDRESS)
    assert is_refused(tries, ADDRESS)
    assert not is_refused(tries, "192.0.2.2")
    assert not is_refused(tries, ADDRESS, now=NOW + timedelta(seconds=TRIES.window_s))


def test_the_addresses_of_one_ipv6_network_are_one():
    tries = FailedTries()
    for number in range(TRIES.requests):
        tries.failed(f"2001:db8::{number:x}", NOW)
    assert is_refused(tries, "2001:db8::ffff")
    assert not is_refused(tries, "2001:db8:0:1::1")
    assert is_refused(failing(FailedTries(), "::ffff:192.0.2.1"), "::ffff:192.0.2.1")


def test_a_key_that_worked_lately_is_let_in_from_there():
    tries = failing(FailedTries(), ADDRESS)
    tries.worked("ana", NOW)
    assert not is_refused(tries, ADDRESS, "ana")
    assert is_refused(tries, ADDRESS, "ben")
    tries.worked("ana", NOW - FAMILIAR)
    assert is_refused(tries, ADDRESS, "ana")


def test_memory_is_bounded_and_the_address_that_fails_now_is_kept():
    tries = FailedTries(most=100)
    for number in range(1000):
        tries.failed(f"10.0.{number // 250}.{number % 250}", NOW)
        tries.failed(ADDRESS, NOW)
        tries.worked(str(number), NOW)
    assert len(tries._windows) == len(tries._worked) == 100
    assert is_refused(tries, ADDRESS)


@pytest.mark.parametrize("address", ["", "testclient", "fe80::1%eth0"])
def test_any_text_is_an_address(address):
    assert is_refused(failing(FailedTries(), address), address)
