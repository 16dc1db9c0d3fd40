"""Options of a feed change only where a change is named, and impossible combinations are refused."""

import pytest

from newswire.domain.feeds.credentials import SecretHeader, for_feed, secret_header
from newswire.domain.feeds.memory import NO_OPTIONS, FeedOptions
from newswire.errors import UsageError
from newswire.operations.feed_options import OptionChanges, UnencryptedError, changed

FEED, PLAIN = "https://n.example/feed", "http://n.example/feed"
KEY, OTHER, NEW_KEY = secret_header("x-key", "1"), secret_header("x-other", "2"), secret_header("X-Key", "3")
SET = FeedOptions(interval_s=60, ignore_robots=True, credentials=for_feed(FEED, [KEY, OTHER]))


def headers(options: FeedOptions) -> set[SecretHeader]:
    return set(options.credentials.headers) if options.credentials else set()


def test_without_changes_everything_stays() -> None:
    assert changed(SET, FEED, OptionChanges()) == SET


def test_each_change_changes_its_own_option() -> None:
    assert changed(NO_OPTIONS, FEED, OptionChanges(interval_s=5)) == FeedOptions(interval_s=5)
    assert changed(SET, FEED, OptionChanges(no_interval=True)).interval_s is None
    assert changed(SET, FEED, OptionChanges(ignore_robots=False)).ignore_robots is False
    assert changed(SET, FEED, OptionChanges(no_credentials=True)).credentials is None


def test_a_header_replaces_the_one_with_its_name() -> None:
    assert headers(changed(SET, FEED, OptionChanges(headers=[NEW_KEY]))) == {NEW_KEY, OTHER}


def test_secrets_go_over_http_only_on_request_and_then_for_good() -> None:
    with pytest.raises(UnencryptedError, match="everybody on the way"):
        changed(NO_OPTIONS, PLAIN, OptionChanges(headers=[KEY]))
    insisted = changed(NO_OPTIONS, PLAIN, OptionChanges(headers=[KEY], over_http=True))
    assert headers(changed(insisted, PLAIN, OptionChanges(headers=[OTHER]))) == {KEY, OTHER}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (OptionChanges(interval_s=5, no_interval=True), "at once"),
        (OptionChanges(interval_s=0), "more than 0"),
        (OptionChanges(interval_s=float("nan")), "more than 0"),
        (OptionChanges(interval_s=604_801), "at most 604800"),
        (OptionChanges(headers=[KEY], no_credentials=True), "set and forgotten at once"),
        (OptionChanges(over_http=True), "the feed has none"),
    ],
)
def test_impossible_changes_are_refused(changes: OptionChanges, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        changed(NO_OPTIONS, FEED, changes)
