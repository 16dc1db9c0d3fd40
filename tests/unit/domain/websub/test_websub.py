"""Decisions of the WebSub subscriber: where, when, and whose request it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.memory import ScheduleHints
from newswire.domain.websub.callback import confirm, is_gone
from newswire.domain.websub.changes import (
    DENIED_FOR,
    LEASE_MAX,
    LOOK,
    RENEW_AFTER,
    RETRY_FIRST,
    RETRY_MAX,
    asked,
    backoff,
    delivered,
    denied,
    ended,
    failed,
    leaving,
    silenced,
    verified,
)
from newswire.domain.websub.steps import GRACE, LEAVES, callback_base, fell_silent, next_step, request_fields
from newswire.domain.websub.subscription import HubChoice, advertised, chosen, wished
from newswire.events import stable_id
from support.build import NOW

FEED, HUB, TOPIC = "https://n.example/feed", "https://hub.example/", "https://n.example/topic"
BASE, MOVED = "https://news.example/", "https://moved.example/"
HERE = HubChoice(HUB, TOPIC)
ELSEWHERE = HubChoice("https://other.example/hub", TOPIC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (1, 60, 3_600, 86_400))


def pending(now=NOW, choice=HERE):
    return asked(wished(stable_id("feed", FEED), choice, now), BASE, "token", "secret", now)


def active(now=NOW, lease=10 * DAY, choice=HERE):
    return verified(pending(now, choice), "token", lease, now)


def step(subscription, now, wanted=HERE, *, found=None, replaced=False, base=BASE):
    return next_step(subscription, wanted, last_entry_at=found, replaced=replaced, base=base, now=now)


def query(mode="subscribe", topic=TOPIC, **more):
    said = {"mode": mode, "topic": topic, "challenge": "c", "lease_seconds": "864000"} | more
    return {f"hub.{name}": value for name, value in said.items() if value is not None}


def confirmed(subscription, token="token", **more):
    return confirm(subscription, token, query(**more), asked=DAY, now=NOW)


class TestChoice:
    def test_the_header_comes_before_the_document(self):
        header = f'<{HUB}>; rel=hub, <{TOPIC}>; rel="self"'
        assert advertised(header, FEED, ("https://in.example/",), "https://in.example/self") == ((HUB,), TOPIC)

    def test_what_the_header_does_not_say_the_document_does(self):
        assert advertised("<https://x.example/>; rel=next", FEED, (HUB,), TOPIC) == ((HUB,), TOPIC)
        assert advertised(None, FEED, (HUB,), TOPIC) == ((HUB,), TOPIC)
        assert advertised(f"<{HUB}>; rel=hub", FEED, (), TOPIC) == ((HUB,), TOPIC)

    def test_an_https_hub_is_preferred_and_else_the_first(self):
        hubs = ("ftp://no.example/", "http://a.example/", HUB, "https://b.example/")
        assert chosen(ScheduleHints(hubs=hubs, self_url=TOPIC), FEED) == HERE
        assert chosen(ScheduleHints(hubs=hubs[:2], self_url=TOPIC), FEED) == HubChoice("http://a.example/", TOPIC)

    def test_the_topic_is_what_the_feed_calls_itself_and_else_where_it_is_polled(self):
        assert chosen(ScheduleHints(hubs=(HUB,)), FEED) == HubChoice(HUB, FEED)
        assert chosen(ScheduleHints(hubs=(HUB,), self_url="urn:feed"), FEED) == HubChoice(HUB, FEED)

    def test_without_a_usable_hub_there_is_nowhere_to_subscribe(self):
        assert chosen(ScheduleHints(self_url=TOPIC), FEED) is None
        assert chosen(ScheduleHints(hubs=("mailto:x@y.example", "https://")), FEED) is None


class TestAsking:
    def test_the_form_names_mode_topic_callback_lease_and_secret(self):
        assert request_fields(pending(), "subscribe", 864_000) == {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.callback": "https://news.example/websub/token",
            "hub.lease_seconds": "864000",
            "hub.secret": "secret",
        }

    def test_a_hub_without_https_is_told_no_secret(self):
        plain = pending(choice=HubChoice("http://hub.example/", TOPIC))
        assert plain.secret is None
        assert "hub.secret" not in request_fields(plain, "subscribe", 1)

    def test_unsubscribing_names_the_callback_that_the_hub_knows(self):
        renewing = asked(active(), BASE, "new", "s", NOW)
        fields = request_fields(leaving(renewing, NOW), "unsubscribe", 1)
        assert fields == {"hub.mode": "unsubscribe", "hub.topic": TOPIC, "hub.callback": f"{BASE}websub/token"}

    def test_a_repeated_request_names_the_same_callback(self):
        assert asked(pending(), BASE, "another", "another", NOW).asked_token == "token"

    def test_under_a_new_address_the_callback_is_a_new_one(self):
        assert asked(pending(), MOVED, "another", "another", NOW).asked_token == "another"

    def test_what_is_not_followed_up_is_repeated_ever_more_rarely_up_to_a_day(self):
        assert [backoff(n) for n in range(3)] == [RETRY_FIRST, 2 * RETRY_FIRST, 4 * RETRY_FIRST]
        assert backoff(1_000) == RETRY_MAX
        again = asked(pending(), BASE, "t", "s", NOW + RETRY_FIRST)
        assert (pending().ask_at, again.ask_at) == (NOW + RETRY_FIRST, NOW + 3 * RETRY_FIRST)

    def test_a_hub_that_asks_for_time_gets_it_up_to_a_day(self):
        assert failed(pending(), "http-429", NOW, HOUR).ask_at == NOW + HOUR
        assert failed(pending(), "http-429", NOW, MINUTE).ask_at == NOW + RETRY_FIRST
        assert failed(pending(), "http-429", NOW, 30 * DAY).ask_at == NOW + RETRY_MAX

    def test_what_a_hub_says_is_kept_as_one_readable_line(self):
        said = failed(pending(), "no\n\x00 \ud800way" + "!" * 5_000, NOW).trouble
        assert said.startswith("no    way!")
        assert said.isprintable()
        assert len(said) <= 300


class TestVerification:
    def test_a_pending_subscription_is_confirmed_by_the_challenge_and_the_hubs_lease_counts(self):
        answer = confirmed(pending(), challenge="echo me", lease_seconds="7200")
        assert answer.body == "echo me"
        assert (answer.after.state, answer.after.token, answer.after.asked_token) == ("active", "token", None)
        assert answer.after.lease_until == NOW + 2 * HOUR

    @pytest.mark.parametrize("lease", [None, "", "0", "-5", "1.5", "soon", "٣٠٠", "9" * 40])
    def test_where_the_hub_names_no_lease_the_one_asked_for_counts(self, lease):
        assert confirmed(pending(), lease_seconds=lease).after.lease_until == NOW + DAY

    def test_a_lease_without_end_is_cut(self):
        assert confirmed(pending(), lease_seconds="999999999999").after.lease_until == NOW + LEASE_MAX

    @pytest.mark.parametrize(
        "more",
        [
            {"topic": TOPIC + "/"},
            {"topic": None},
            {"mode": "unsubscribe"},
            {"mode": "publish"},
            {"mode": None},
            {"challenge": None},
            {"token": "another"},
        ],
        ids=str,
    )
    def test_what_was_not_asked_for_is_not_confirmed(self, more):
        assert confirmed(pending(), **more) is None

    def test_a_subscription_that_ended_is_not_confirmed(self):
        assert confirmed(ended(active())) is None
        assert confirmed(leaving(active(), NOW)) is None

    def test_unsubscribing_is_confirmed_and_confirmed_again(self):
        answer = confirmed(leaving(active(), NOW), mode="unsubscribe")
        assert (answer.body, answer.after.state) == ("c", "ended")
        assert confirmed(answer.after, mode="unsubscribe").body == "c"

    def test_an_active_subscription_is_not_given_up_because_somebody_asks(self):
        assert confirmed(active(), mode="unsubscribe") is None

    def test_a_hub_may_confirm_again_what_is_active(self):
        again = confirm(active(), "token", query(lease_seconds="60"), asked=DAY, now=NOW + HOUR)
        assert (again.after.token, again.after.lease_until) == ("token", NOW + HOUR + MINUTE)

    def test_a_renewal_leaves_the_former_callback_until_the_new_one_is_verified(self):
        renewing = asked(active(), BASE, "new", "s", NOW)
        assert (renewing.state, renewing.token, renewing.asked_token) == ("active", "token", "new")
        assert not is_gone(renewing, "token")
        renewed = confirmed(renewing, "new").after
        assert (renewed.token, renewed.former_token, renewed.asked_token) == ("new", "token", None)
        assert is_gone(renewed, "token")
        assert not is_gone(renewed, "new")
        assert confirmed(renewed, "token") is None

    @pytest.mark.parametrize("subscription", [pending(), active(), asked(active(), BASE, "new", "s", NOW)])
    def test_a_hub_may_deny_at_any_time_and_is_left_alone_for_a_week(self, subscription):
        answer = confirmed(subscription, mode="denied", reason="over quota")
        assert (answer.body, answer.after.state, answer.after.trouble) == ("", "denied", "over quota")
        assert not answer.after.relied_on
        assert step(answer.after, NOW + DENIED_FOR - SECOND).request is None
        assert step(answer.after, NOW + DENIED_FOR).request == "subscribe"

    def test_a_denial_of_another_topic_is_nobodys(self):
        assert confirmed(active(), mode="denied", topic="https://x.example/") is None

    def test_after_unsubscribing_deliveries_are_gone(self):
        assert is_gone(leaving(active(), NOW), "token")
        assert is_gone(ended(active()), "token")
        assert not is_gone(denied(active(), "no", NOW), "token")


class TestRenewal:
    def test_it_is_renewed_after_four_fifths_of_the_hubs_lease(self):
        subscription = active(lease=10 * DAY)
        assert step(subscription, NOW + 8 * DAY - SECOND).request is None
        assert step(subscription, NOW + 8 * DAY).request == "subscribe"

    def test_a_hub_with_leases_of_seconds_is_asked_once_a_minute_at_the_most(self):
        assert active(lease=SECOND).ask_at == NOW + RENEW_AFTER

    def test_a_lease_that_ran_out_is_not_relied_on_and_asked_for_anew(self):
        late = step(active(lease=DAY), NOW + DAY)
        assert (late.after.state, late.after.relied_on, late.request) == ("pending", False, "subscribe")

    def test_a_new_public_address_is_told_to_the_hub_at_once(self):
        assert step(active(), NOW + SECOND, base=MOVED).request == "subscribe"
        assert step(pending(), NOW + SECOND, base=MOVED).request == "subscribe"

    def test_a_look_that_finds_nothing_to_do_is_repeated_before_long(self):
        looked = step(active(), NOW + HOUR)
        assert (looked.request, looked.after.check_at) == (None, NOW + HOUR + LOOK)
        assert looked.after == replace(active(), check_at=NOW + HOUR + LOOK)

    def test_it_is_looked_at_when_its_lease_ends(self):
        assert step(active(lease=HOUR), NOW + HOUR - MINUTE).after.check_at == NOW + HOUR


class TestSilence:
    def test_what_a_poll_finds_and_no_delivery_announced_makes_the_hub_silent(self):
        found = NOW + HOUR
        looked = step(active(), found + GRACE, found=found)
        assert looked.after.silent_since == found + GRACE
        assert not looked.after.relied_on
        assert looked.request == "subscribe", "it may have forgotten us"

    @pytest.mark.parametrize("apart", [-GRACE, -SECOND, SECOND, GRACE, HOUR])
    def test_an_announcement_shortly_before_the_poll_or_any_time_after_it_is_one(self, apart):
        found = NOW + HOUR
        heard = delivered(active(), found + apart)
        assert not fell_silent(heard, found, found + 2 * HOUR)
        assert fell_silent(delivered(active(), found - GRACE - SECOND), found, found + 2 * HOUR)

    def test_the_announcement_may_come_after_the_poll(self):
        found = NOW + HOUR
        assert not fell_silent(active(), found, found + GRACE - SECOND)

    @pytest.mark.parametrize("found", [None, NOW - DAY, NOW, NOW + GRACE])
    def test_what_was_published_before_the_hub_knew_us_is_not_held_against_it(self, found):
        assert not fell_silent(active(), found, NOW + DAY)

    def test_a_silent_hub_is_relied_on_again_once_it_delivers_and_not_because_it_confirms(self):
        quiet = silenced(active(), NOW + HOUR)
        confirmed_again = verified(asked(quiet, BASE, "new", "s", NOW + HOUR), "new", DAY, NOW + HOUR)
        assert not confirmed_again.relied_on
        assert delivered(confirmed_again, NOW + 2 * HOUR).relied_on

    def test_a_silent_hub_is_asked_once_and_then_as_usual(self):
        quiet = asked(silenced(active(), NOW + HOUR), BASE, "new", "s", NOW + HOUR)
        again = verified(quiet, "new", 10 * DAY, NOW + HOUR)
        assert step(again, NOW + 2 * HOUR, found=NOW + HOUR).request is None


class TestLeaving:
    @pytest.mark.parametrize("now", [NOW + HOUR, NOW + 9 * DAY])
    def test_a_feed_that_is_not_wanted_there_any_more_is_unsubscribed(self, now):
        left = step(active(), now, wanted=None)
        assert (left.after.state, left.request) == ("unsubscribing", "unsubscribe")
        assert not left.after.relied_on

    @pytest.mark.parametrize("subscription", [pending(), denied(active(), "no", NOW), active(lease=MINUTE)])
    def test_what_the_hub_does_not_hold_simply_ends(self, subscription):
        over = step(subscription, NOW + HOUR, wanted=None)
        assert (over.after.state, over.request, over.after.check_at) == ("ended", None, None)

    def test_a_hub_that_does_not_let_go_is_asked_a_few_times(self):
        subscription, requests, now = active(), 0, NOW
        while subscription.state != "ended":
            taken = step(subscription, now, wanted=None)
            subscription, requests = taken.after, requests + (taken.request == "unsubscribe")
            now = subscription.check_at or now
        assert requests == LEAVES

    def test_a_feed_that_moves_stays_with_the_former_hub_until_the_other_has_confirmed(self):
        assert step(active(), NOW + HOUR, wanted=ELSEWHERE).request is None
        assert step(active(), NOW + HOUR, wanted=ELSEWHERE).after.relied_on
        assert step(active(), NOW + HOUR, wanted=ELSEWHERE, replaced=True).request == "unsubscribe"
        assert step(active(), NOW + 10 * DAY, wanted=ELSEWHERE).after.state == "ended"

    def test_it_is_not_renewed_where_the_feed_has_left(self):
        assert step(active(), NOW + 9 * DAY, wanted=ELSEWHERE).request is None

    def test_a_feed_that_comes_back_while_it_leaves_is_subscribed_anew(self):
        back = step(leaving(active(), NOW), NOW + MINUTE)
        assert (back.after.state, back.request) == ("pending", "subscribe")

    def test_no_look_is_due_again_at_once(self):
        subscriptions = [pending(), active(), denied(active(), "no", NOW), leaving(active(), NOW)]
        for subscription in subscriptions:
            for wanted in (HERE, ELSEWHERE, None):
                for hours in (1, 100, 1_000):
                    now = NOW + hours * HOUR
                    after = step(subscription, now, wanted=wanted).after
                    assert after.check_at is None or after.check_at > now


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("https://news.example", "https://news.example/"),
        ("https://news.example/", "https://news.example/"),
        ("http://News.example:8080/in/", "http://news.example:8080/in/"),
    ],
)
def test_the_public_address_ends_in_a_slash(address, base):
    assert callback_base(address) == base


@pytest.mark.parametrize("address", ["news.example", "ftp://news.example/", "https://", "https://n.example/?a=1"])
def test_an_address_that_no_hub_can_call_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        callback_base(address)
