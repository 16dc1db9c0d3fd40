"""A secret setting can be given by a file that holds it."""

import pytest

from newswire.errors import UsageError
from newswire.settings import describe, load
from newswire.settings.secret_files import with_secret_files

HOME = {"HOME": "/home/ana"}
URL = "postgresql://ana:hunter2@db/news"
SASL = {"NEWSWIRE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL", "NEWSWIRE_KAFKA__SASL_USERNAME": "ana"}


@pytest.fixture
def secret(tmp_path):
    def written(content):
        path = tmp_path / "secret"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_the_address_of_the_database_is_read_from_its_file_without_the_end_of_the_line(secret, end):
    assert load({**HOME, "NEWSWIRE_STORE_FILE": secret(URL + end)}).store.get_secret_value() == URL


def test_a_password_from_a_file_is_kept_to_the_last_space_and_shown_nowhere(secret):
    settings = load({**HOME, **SASL, "NEWSWIRE_KAFKA__SASL_PASSWORD_FILE": secret(" hunter2 \n")})
    assert settings.kafka.sasl_password.get_secret_value() == " hunter2 "
    assert "hunter2" not in repr(settings)


def test_every_secret_setting_has_a_file_and_no_other_setting_has_one():
    described = {row.variable for row in describe()}
    assert {name for name in described if name.removesuffix("_FILE") in described and name.endswith("_FILE")} == {
        "NEWSWIRE_STORE_FILE",
        "NEWSWIRE_ARCHIVE__S3_SECRET_ACCESS_KEY_FILE",
        "NEWSWIRE_KAFKA__SASL_PASSWORD_FILE",
        "NEWSWIRE_KAFKA__SSL_KEY_PASSWORD_FILE",
    }
    with pytest.raises(UsageError, match="NEWSWIRE_BUS_FILE is not a setting"):
        load({**HOME, "NEWSWIRE_BUS_FILE": "/run/bus"})


def test_a_secret_that_is_given_twice_is_an_error_that_names_both(secret):
    with pytest.raises(UsageError, match="NEWSWIRE_STORE and NEWSWIRE_STORE_FILE are both set: remove one"):
        load({**HOME, "NEWSWIRE_STORE": URL, "NEWSWIRE_STORE_FILE": secret(URL)})


def test_a_variable_that_is_set_to_nothing_does_not_count_as_given(secret):
    assert load({**HOME, "NEWSWIRE_STORE": "", "NEWSWIRE_STORE_FILE": secret(URL)}).store.get_secret_value() == URL
    assert load({**HOME, "NEWSWIRE_STORE": URL, "NEWSWIRE_STORE_FILE": ""}).store.get_secret_value() == URL


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        (f"{URL}\nhunter3\n", "several lines"),
        (b"hunter2\xff", "not UTF-8"),
        ("hunter2" * 10_000, "larger than 65,536 bytes"),
    ],
)
def test_a_file_that_cannot_be_meant_is_an_error_that_names_it_and_shows_nothing_of_it(secret, content, said):
    path = secret(content)
    with pytest.raises(UsageError) as refused:
        load({**HOME, "NEWSWIRE_STORE_FILE": path})
    assert str(refused.value).startswith(f"NEWSWIRE_STORE_FILE: {path} ")
    assert said in str(refused.value)
    assert "hunter" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(("name", "said"), [("missing", "No such file"), ("", "Is a directory")])
def test_a_file_that_cannot_be_read_is_an_error_that_says_why(tmp_path, name, said):
    with pytest.raises(UsageError, match=f"NEWSWIRE_STORE_FILE: cannot read .*{said}"):
        load({**HOME, "NEWSWIRE_STORE_FILE": str(tmp_path / name)})


def test_a_wrong_value_in_a_file_is_told_under_the_settings_own_name(secret):
    with pytest.raises(UsageError, match="NEWSWIRE_STORE: takes sqlite") as refused:
        load({**HOME, "NEWSWIRE_STORE_FILE": secret("mysql://ana:hunter2@db/news")})
    assert "hunter2" not in str(refused.value)


def test_what_is_no_secret_is_passed_on_as_it_is():
    assert with_secret_files({"NEWSWIRE_BUS": "database"}, ["NEWSWIRE_STORE"]) == {"NEWSWIRE_BUS": "database"}
