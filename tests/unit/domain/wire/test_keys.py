"""Keys: their form, what is kept, when they work, what they allow."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.wire.keys import SCOPES, ApiKey, Caller, digest_of, key_id_of, key_text
from newswire.domain.wire.refusals import Denied
from support.build import NOW

KEY = key_text("abcdef012345", "s" * 43)
KEPT = ApiKey("abcdef012345", "ana", digest_of(KEY), frozenset({"read"}), NOW)
HOUR = timedelta(hours=1)


def test_a_key_names_itself():
    assert key_id_of(KEY) == "abcdef012345"


@pytest.mark.parametrize(
    "text",
    ["", "nwk_", KEY[:-1], KEY[:-1] + "g", KEY + " ", KEY.replace("s", "t", 1), KEY.upper(), KEY + "\n", "ŝ" * 60],
)
def test_a_mistyped_key_is_refused_without_a_look_into_the_database(text):
    assert key_id_of(text) is None


@pytest.mark.parametrize(
    ("kept", "works"),
    [
        (KEPT, True),
        (replace(KEPT, expires_at=NOW + HOUR), True),
        (replace(KEPT, expires_at=NOW), False),
        (replace(KEPT, revoked_at=NOW - HOUR), False),
    ],
)
def test_a_key_works_until_it_expires_or_is_revoked(kept, works):
    assert kept.works(NOW) is works


def test_the_last_use_is_noted_to_the_minute():
    assert KEPT.use_to_be_noted(NOW)
    used = replace(KEPT, last_used_at=NOW)
    assert not used.use_to_be_noted(NOW + timedelta(seconds=59))
    assert used.use_to_be_noted(NOW + timedelta(seconds=60))


def test_a_caller_may_do_what_the_key_says_and_no_more():
    caller = Caller("x", frozenset({"read", "stream"}))
    caller.must("read")
    for scope in set(SCOPES) - caller.scopes:
        with pytest.raises(Denied, match=scope):
            caller.must(scope)


def test_the_scope_admin_allows_everything():
    for scope in SCOPES:
        Caller("x", frozenset({"admin"})).must(scope)
