"""The secret of a webhook, and the signature of a delivery.

Both go by Standard Webhooks 1.0 (https://www.standardwebhooks.com, "Signature scheme" and "Webhook metadata").
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
"""The specification asks for 24 to 64 random bytes."""


def secret_text(random: bytes) -> str:
    """The secret as its holder keeps it: ``whsec_`` and the bytes in base64."""
    return PREFIX + base64.b64encode(random).decode()


def signed_headers(secrets: Iterable[str], message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The headers that sign a delivery: one signature for each secret. Two are in force while one replaces the other.

    ``message_id`` stays the same when a delivery is repeated; ``sent_at`` is the time of the attempt.
    """
    seconds = int(sent_at.timestamp())
    content = f"{message_id}.{seconds}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"
