"""The paths about webhooks in the OpenAPI document: bodies, answers, examples."""

from typing import Any, Final

from newswire.serve.api import webhook_bodies as bodies
from newswire.serve.api import webhook_shapes as shapes
from newswire.serve.api.answer_shape import AnswerShape

WEBHOOK_ID: Final = "0b9f2f4e-6c0d-4f3a-9a56-1d3c7d1f2a10"
SECRET: Final = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # noqa: S105  # an example, not a secret
_WEBHOOK: Final[dict[str, Any]] = {
    "id": WEBHOOK_ID,
    "name": "desk",
    "url": "https://desk.example.org/newswire",
    "owner": "k3x9c1q7w2ab",
    "filter": {
        "kind": ["published", "revised"],
        "source": [],
        "feed": [],
        "language": ["en"],
        "published_after": None,
        "published_before": None,
        "changed_after": None,
        "changed_before": None,
        "duplicates": "none",
    },
    "fields": ["article_id", "title", "url"],
    "state": "active",
    "disabled": None,
    "disabled_at": None,
    "cursor": "3f9c21aa.42",
    "lag": 0,
    "attempts": 0,
    "failing_since": None,
    "next_attempt_at": "2026-11-27T12:00:00Z",
    "last_answer": "http-204",
    "last_attempt_at": "2026-11-27T12:00:00Z",
    "last_delivered_at": "2026-11-27T12:00:00Z",
    "created_at": "2026-11-27T09:00:00Z",
    "former_secret_until": None,
    "recent": [
        {
            "at": "2026-11-27T12:00:00Z",
            "event_id": "5f0d2c63-8f3a-5d77-9d8e-1f6a30b8c9e4",
            "kind": "revised",
            "cursor": "3f9c21aa.42",
            "answer": "http-204",
            "accepted": True,
        }
    ],
}


WEBHOOK_ANSWERS: Final = {
    "listWebhooks": AnswerShape("The webhooks, the oldest first.", shapes.WebhooksAnswer),
    "createWebhook": AnswerShape(
        "The webhook and its secret.", shapes.WebhookWithSecret, status=201, body=bodies.NewWebhook, body_needed=True
    ),
    "getWebhook": AnswerShape("The webhook.", shapes.WebhookDocument),
    "changeWebhook": AnswerShape(
        "The webhook as it is now.", shapes.WebhookDocument, body=bodies.WebhookChanges, body_needed=True
    ),
    "removeWebhook": AnswerShape("It is removed.", status=204),
    "testWebhook": AnswerShape("What came of the test message.", shapes.WebhookTestAnswer),
    "rotateWebhookSecret": AnswerShape(
        "The webhook and its new secret.", shapes.WebhookWithSecret, body=bodies.SecretRotation
    ),
    "replayWebhook": AnswerShape(
        "The webhook as it is now.", shapes.WebhookDocument, body=bodies.WebhookReplay, body_needed=True
    ),
}
WEBHOOK_EXAMPLES: Final[dict[str, Any]] = {
    "listWebhooks": {"webhooks": [_WEBHOOK]},
    "createWebhook": {"webhook": _WEBHOOK, "secret": SECRET},
    "getWebhook": _WEBHOOK,
    "changeWebhook": _WEBHOOK,
    "testWebhook": {"accepted": True, "answer": "http-204"},
    "rotateWebhookSecret": {"webhook": _WEBHOOK, "secret": SECRET},
    "replayWebhook": _WEBHOOK,
}
BODY_EXAMPLES: Final[dict[str, Any]] = {
    "createWebhook": {
        "url": _WEBHOOK["url"],
        "name": "desk",
        "kind": ["published", "revised"],
        "language": ["en"],
        "duplicates": "none",
    },
    "changeWebhook": {"enabled": True},
    "rotateWebhookSecret": {"overlap_hours": 24},
    "replayWebhook": {"after": "3f9c21aa.17"},
}
