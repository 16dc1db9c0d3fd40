"""A renamed setting keeps its old name working for one release, with a warning."""

import pytest

from newswire import __version__
from newswire.errors import UsageError
from newswire.settings import describe, load, old_names
from newswire.settings.renamed import RENAMED, Renamed, under_new_names

HOME = {"HOME": "/home/ana"}
OLD, NEW = "NEWSWIRE_DECIDE__BATCH", "NEWSWIRE_STORE_STAGE__BATCH"
TABLE = {"NEWSWIRE_A__OLD": Renamed("NEWSWIRE_B__NEW", until="9.0.0")}


@pytest.mark.parametrize("name", [OLD, NEW])
def test_the_old_name_and_the_new_one_set_the_same(name):
    assert load({**HOME, name: "7"}).store_stage.batch == 7


def test_both_names_at_once_are_an_error_that_says_which_to_remove():
    with pytest.raises(UsageError, match=f"{OLD} is now called {NEW}, and both are set: remove {OLD}"):
        load({**HOME, OLD: "7", NEW: "7"})


@pytest.mark.parametrize(("old", "new", "batch"), [("", "7", 7), ("7", "", 7), ("", "", 200)])
def test_a_name_that_is_set_to_nothing_is_not_set(old, new, batch):
    assert load({**HOME, OLD: old, NEW: new}).store_stage.batch == batch


def test_a_bad_value_under_the_old_name_is_told_under_the_new_one():
    with pytest.raises(UsageError, match=f"{NEW}: "):
        load({**HOME, OLD: "many"})


def test_the_warning_says_both_names_and_until_when_the_old_one_works():
    (warning,) = old_names({"NEWSWIRE_A__OLD": "1", "OTHER": "1"}, TABLE)
    assert warning.startswith("NEWSWIRE_A__OLD is now called NEWSWIRE_B__NEW")
    assert "9.0.0" in warning


@pytest.mark.parametrize("environ", [{}, {"NEWSWIRE_A__OLD": ""}, {"NEWSWIRE_B__NEW": "1"}])
def test_without_an_old_name_there_is_no_warning(environ):
    assert old_names(environ, TABLE) == ()


def test_what_was_not_renamed_is_passed_on_as_it_is():
    environ = {"NEWSWIRE_A__OLD": "1", "NEWSWIRE_C": "2", "OTHER": "3"}
    assert under_new_names(environ, TABLE) == {"NEWSWIRE_B__NEW": "1", "NEWSWIRE_C": "2", "OTHER": "3"}


def test_every_new_name_is_a_setting_and_no_old_one_is():
    known = {row.variable for row in describe()}
    assert {row.new for row in RENAMED.values()} <= known
    assert not RENAMED.keys() & known


@pytest.mark.parametrize("old", RENAMED)
def test_an_old_name_is_gone_in_the_release_that_was_said(old):
    def release(version):
        return tuple(int(part) for part in version.split("."))

    assert release(__version__) < release(RENAMED[old].until), f"remove {old} from the table"
