"""X-Hub-Signature: what is genuine, and what is not."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.websub.signature import METHODS, SignatureCheck

SECRET, BODY = "a secret", b"<feed>\xff</feed>"


def signed(method, secret=SECRET, body=BODY):
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def checked(header, secret=SECRET, *pieces):
    check = SignatureCheck(secret, header)
    for piece in pieces or (BODY,):
        check.update(piece)
    return check.result()


@pytest.mark.parametrize("method", METHODS)
def test_each_method_of_the_recommendation_is_genuine(method):
    assert checked(signed(method)) == "genuine"
    assert checked(signed(method).upper()) == "genuine"


def test_the_example_of_rfc_2202_is_genuine():
    """HMAC-SHA-1 test case 2, so that not the same code signs and checks."""
    header = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    assert checked(header, "Jefe", b"what do ya want ", b"for nothing?") == "genuine"


@pytest.mark.parametrize(
    "header",
    [
        signed("sha1", "another secret"),
        signed("sha256", body=BODY + b" "),
        signed("sha256").replace("sha256", "sha1"),
        signed("sha512")[:-2],
        f"md5={hmac.new(SECRET.encode(), BODY, hashlib.md5).hexdigest()}",
        f"sha224={hmac.new(SECRET.encode(), BODY, hashlib.sha224).hexdigest()}",
        "sha1=",
        "sha256",
        "nonsense",
        "sha1=ünicode",
        signed("sha1") + ", " + signed("sha256"),
    ],
)
def test_what_does_not_sign_the_body_with_the_secret_is_forged(header):
    assert checked(header) == "forged"


@pytest.mark.parametrize("header", [None, ""])
def test_without_a_signature_where_a_secret_is_set_it_is_unsigned(header):
    assert checked(header) == "unsigned"


@pytest.mark.parametrize("header", [None, "sha1=00", signed("sha1")])
def test_without_a_secret_everything_is_genuine(header):
    assert checked(header, None) == "genuine"


@given(st.binary(max_size=300), st.integers(1, 50))
def test_however_the_body_comes_it_is_the_same(body, size):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    assert checked(signed("sha384", body=body), SECRET, b"", *pieces) == "genuine"
