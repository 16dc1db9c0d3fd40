"""Signatures by Standard Webhooks 1.0."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from newswire.domain.webhooks.signing import secret_text, signed_headers
from newswire.domain.webhooks.webhook import WebhookSecrets
from support.webhooks import webhook

AT = datetime.fromtimestamp(1614265330, UTC)


def test_the_signature_is_that_of_the_reference_vector():
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, b'{"test": 2432232314}'
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_replaced_both_sign():
    old, new = secret_text(b"o" * 32), secret_text(b"n" * 32)
    secrets = WebhookSecrets(new, old, AT + timedelta(hours=1))
    signed = signed_headers(secrets.in_force(AT), "id", AT, b"{}")["webhook-signature"].split(" ")
    for secret, signature in zip((new, old), signed, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = hmac.new(key, b"id.1614265330.{}", hashlib.sha256).digest()
        assert signature == f"v1,{base64.b64encode(expected).decode()}"
    assert secrets.in_force(AT + timedelta(hours=1)) == (new,)


def test_a_webhook_in_a_log_or_a_traceback_shows_no_secret():
    secret, former = secret_text(b"s" * 32), secret_text(b"f" * 32)
    shown = repr(webhook(secrets=WebhookSecrets(secret, former, AT)))
    assert "whsec_" not in shown
    assert "secrets" in shown
