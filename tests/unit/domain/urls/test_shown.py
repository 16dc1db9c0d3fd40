"""An address as a message may show it."""

import pytest

from newswire.domain.urls.syntax import shown


@pytest.mark.parametrize(
    "address",
    [
        "https://user:S3CRET@host.example/x",
        "https://user:S3CRET@odd@host.example/x",
        "https://user:a/S3CRET@host.example/x",
        "https://user:a?S3CRET@host.example/x",
        "https://user:a#S3CRET@host.example/x",
        "http:/user:S3CRET@host.example/x",
        "user:S3CRET@host.example/x",
        "//user:S3CRET@host.example/x",
    ],
)
def test_no_password_is_shown_however_it_was_typed(address: str) -> None:
    assert "S3CRET" not in shown(address)
    assert shown(address).endswith("***@host.example/x")


@pytest.mark.parametrize(
    "address",
    [
        "https://h.example/@user",
        "https://h.example:8080/@user",
        "https://[::1]/@user",
        "ftp://h.example/@user",
        "at 10:05",
    ],
)
def test_an_address_without_a_password_is_shown_as_it_is(address: str) -> None:
    assert shown(address) == address
