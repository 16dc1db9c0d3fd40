"""Addresses taken apart."""

from newswire.domain.urls.syntax import parse


def test_an_address_is_taken_apart_once_while_it_is_in_use_and_forgotten_after_many_others() -> None:
    first = parse("https://n.example/a")
    assert parse(" https://n.example/a\n") is first
    for number in range(1_000):
        parse(f"https://n.example/{number}")
    again = parse("https://n.example/a")
    assert again == first
    assert again is not first
