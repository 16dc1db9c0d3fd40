"""What a service leaves to the collector, and what not."""

import gc
import weakref

import pytest

from newswire.runtime.garbage import only_keepers, settle


class Thing:
    pass


@pytest.fixture(autouse=True)
def _thawed():
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_is_there_is_kept_out_and_what_comes_later_is_still_collected():
    settle()
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    later = Thing()
    later.itself = later
    gone = weakref.ref(later)
    del later
    gc.collect()
    assert gone() is None
    assert gc.get_freeze_count() <= frozen


def test_after_the_start_the_objects_of_one_page_do_not_make_the_collector_look():
    def looks() -> int:
        return sum(generation["collections"] for generation in gc.get_stats())

    settle()
    before = looks()
    page = [[] for _ in range(3_000)]
    assert looks() == before
    assert len(page) == 3_000
    more = [[] for _ in range(3_000)]
    assert looks() > before
    assert len(more) == 3_000


def test_what_is_garbage_already_is_collected_and_not_kept_for_good():
    thing = Thing()
    thing.itself = thing
    gone = weakref.ref(thing)
    del thing
    settle()
    assert gone() is None


def test_nothing_is_collected_while_modules_are_imported_and_what_they_made_is_kept_out():
    with only_keepers():
        assert not gc.isenabled()
        kept = Thing()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000
    assert all(kept is not each for each in gc.get_objects())


def test_a_failed_import_leaves_the_collector_on():
    with pytest.raises(ImportError), only_keepers():
        raise ImportError
    assert gc.isenabled()
