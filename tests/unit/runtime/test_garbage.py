"""What a service leaves to the collector, and what not."""

import gc
import weakref

import pytest

from newswire.runtime.garbage import settle


class Thing:
    pass


@pytest.fixture(autouse=True)
def _thawed():
    yield
    gc.unfreeze()


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


def test_what_is_garbage_already_is_collected_and_not_kept_for_good():
    thing = Thing()
    thing.itself = thing
    gone = weakref.ref(thing)
    del thing
    settle()
    assert gone() is None
