from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from newswire.adapters.bus_database.read import allot, fit
from newswire.adapters.bus_database.records import decode_headers, encode_headers, partition_of
from newswire.adapters.bus_database.share import Lease, plan, quotas
from newswire.ports import Partition

topic_counts = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1)
members = st.lists(st.uuids(), min_size=1, max_size=6, unique=True)


@given(topic_counts, members)
def test_quotas_add_up_to_every_partition_and_differ_by_at_most_one(topics, ids):
    live = {each: frozenset(topics) for each in ids}
    shares = [quotas(each, live, topics) for each in ids]
    for topic, count in topics.items():
        assert sum(share[topic] for share in shares) == count
    totals = [sum(share.values()) for share in shares]
    assert max(totals) - min(totals) <= 1


@given(topic_counts, st.lists(members, min_size=1, max_size=4))
def test_members_coming_and_going_end_with_every_partition_held_once_and_nothing_moving(topics, generations):
    leases, held = {}, {}
    for ids in generations:  # whoever is not in a generation has died without a word
        live = {each: frozenset(topics) for each in ids}
        held = {each: held.get(each, {}) for each in ids}
        moved = True
        for _ in range(20):
            if not moved:
                break
            moved = False
            for each in ids:
                todo = plan(each, held[each], live, leases, topics)
                held[each] = {at: held[each][at] for at in todo.keep}
                for at in todo.take:
                    epoch = leases[at].epoch + 1 if at in leases else 1
                    leases[at], held[each][at] = Lease(each, epoch), epoch
                for at in todo.give:
                    leases[at] = Lease(None, held[each].pop(at))
                moved |= bool(todo.take or todo.give)
        assert not moved
        owners = [at for each in ids for at in held[each]]
        assert len(owners) == len(set(owners)) == sum(topics.values())


ME, OTHER, DEAD = UUID(int=1), UUID(int=2), UUID(int=3)
P0, P1 = Partition("t", 0), Partition("t", 1)
BOTH = {ME: frozenset("t"), OTHER: frozenset("t")}


def test_a_partition_taken_by_another_meanwhile_is_not_kept():
    todo = plan(ME, {P0: 1, P1: 1}, BOTH, {P0: Lease(ME, 1), P1: Lease(OTHER, 2)}, {"t": 2})
    assert todo.keep == {P0}
    assert not todo.take


def test_a_partition_that_was_lost_and_given_back_is_taken_anew():
    todo = plan(ME, {P0: 1}, {ME: frozenset("t")}, {P0: Lease(ME, 3)}, {"t": 1})
    assert todo.keep == frozenset()
    assert todo.take == (P0,)


def test_what_the_dead_held_is_free_and_what_the_living_hold_is_not():
    leases = {P0: Lease(DEAD, 4), P1: Lease(OTHER, 4)}
    assert plan(ME, {}, BOTH, leases, {"t": 2}).take == (P0,)
    todo = plan(ME, {}, BOTH, {P0: Lease(OTHER, 4), P1: Lease(OTHER, 4)}, {"t": 2})
    assert todo.take == ()
    assert todo.short


def test_members_of_other_topics_have_no_share_in_this_one():
    live = {ME: frozenset("t"), OTHER: frozenset("u")}
    assert quotas(ME, live, {"t": 2}) == {"t": 2}
    assert quotas(OTHER, live, {"t": 2}) == {}


partitions = st.integers(0, 20).map(lambda number: Partition("t", number))


@given(st.dictionaries(partitions, st.integers(1, 50)), st.integers(1, 200))
def test_allotting_uses_the_limit_up_and_serves_as_many_partitions_as_it_can(ready, limit):
    shares = allot(ready, limit)
    assert sum(shares.values()) == min(limit, sum(ready.values()))
    assert len(shares) == min(limit, len(ready))
    assert all(1 <= share <= ready[at] for at, share in shares.items())


def test_allotting_fewer_records_than_partitions_serves_the_first():
    assert allot({P1: 5, P0: 1}, 1) == {P1: 1}


@given(st.dictionaries(partitions, st.lists(st.integers(0, 60), max_size=9), min_size=1), st.integers(0, 100))
def test_fitting_never_exceeds_the_bytes_but_for_a_single_value(lengths, limit):
    counts = fit(lengths, limit)
    taken = [size for at, count in counts.items() for size in lengths[at][:count]]
    assert sum(taken) <= limit or len([size for size in taken if size]) == 1
    assert counts  # something always moves on


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 64))
def test_a_key_always_has_a_partition(key, count):
    assert 0 <= partition_of(key, count) < count


def test_keys_stay_where_they_were_put():
    assert [partition_of(key, 8) for key in ("", "example.org", "zürich")] == [0, 7, 2]


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.binary())).map(tuple))
def test_headers_come_back_byte_for_byte_and_hold_nothing_jsonb_refuses(headers):
    stored = encode_headers(headers)
    assert all("\0" not in text for pair in stored for text in pair)
    assert decode_headers(stored) == headers
