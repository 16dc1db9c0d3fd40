"""What a reader remembers between two pages."""

import pytest

from newswire.client.errors import WireAway, WireRefused
from newswire.client.pages import ChangesPage, Follower, read_rows
from newswire.client.wire import connect, connect_sync
from newswire.contracts.examples import EXAMPLES

EVENTS = [next(iter(EXAMPLES[f"newswire.{name}.v1"].values())) for name in ("change.published", "feed.gone")]
ROWS = [
    {"cursor": f"a.{number}", "data": event.model_dump(mode="json")} for number, event in enumerate(EVENTS, start=1)
]


def page(*rows, cursor="a.9"):
    return ChangesPage(read_rows(rows), cursor, more=False)


def test_an_id_that_was_given_is_not_given_again():
    follower = Follower(None)
    assert [change.data.id for change in follower.take(page(*ROWS)).changes] == [event.id for event in EVENTS]
    again = follower.take(page(*ROWS, cursor="b.2"))
    assert (again.changes, again.cursor, follower.cursor) == ((), "b.2", "b.2")


def test_an_id_that_a_page_has_twice_is_given_once():
    taken = Follower(None).take(page(*ROWS, *ROWS))
    assert [change.data.id for change in taken.changes] == [event.id for event in EVENTS]


def test_a_page_that_brings_nothing_is_no_batch():
    assert Follower("a.9").take(page(cursor="a.9")) is None


def test_events_of_kinds_that_this_version_does_not_know_are_left_out():
    later = {"cursor": "a.3", "data": {"kind": "feed-translated", "id": "1"}}
    assert [change.cursor for change in read_rows([ROWS[0], later, ROWS[1]])] == ["a.1", "a.2"]


def test_the_waits_grow_and_the_server_is_never_asked_earlier_than_it_wants():
    follower = Follower(None)
    assert [follower.wait_after(WireAway("x")) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert follower.wait_after(WireAway("x", again_s=60)) == 60
    follower.take(page())
    assert follower.wait_after(WireAway("x")) == 0.5


@pytest.mark.parametrize(
    "address", ["kafka://", "kafka://broker:9092/topic", "sqlite://x", "wire.example.org", "ftp://x", ""]
)
def test_an_address_of_another_kind_is_refused(address):
    for open_wire in (connect, connect_sync):
        with pytest.raises(WireRefused):
            open_wire(address)


@pytest.mark.parametrize("address", ["http://ana:secret/1@host", "http://[::1", "http://host/ä", "http://host/a b"])
def test_an_address_that_no_request_can_have_is_refused_at_once_and_not_shown(address):
    with pytest.raises(WireRefused) as refused:
        connect(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("key", ["nwk_secret\n", "nwk_sécret", "nwk secret"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(key):
    with pytest.raises(WireRefused, match="strip") as refused:
        connect_sync("https://wire.example.org", key=key)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize("address", ["https://", "https://user:secret@host", "https://host/?key=1"])
def test_a_key_goes_into_its_own_argument(address):
    with pytest.raises(WireRefused, match="key="):
        connect(address)
