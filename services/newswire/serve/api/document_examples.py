"""The examples of the OpenAPI document: one newsroom's day, as in schemas/examples/."""

from typing import Any, Final

from newswire.contracts.examples import EXAMPLES as EVENTS
from newswire.domain.wire.documents import ARTICLE_FIELDS, DOCUMENT_FIELDS, TEXT, chosen, chosen_event
from newswire.domain.wire.ninjs import ninjs
from newswire.domain.wire.schema_org import news_article
from newswire.domain.wire.word_diff import word_diff
from newswire.serve.api.json_feed import json_feed
from newswire.serve.api.problems import TYPES


def _example(ce_type: str) -> dict[str, Any]:
    return next(iter(EVENTS[ce_type].values())).model_dump(mode="json")


_EPOCH: Final = "3f9c21aa"
_FIELDS: Final = ARTICLE_FIELDS - {TEXT}
_PUBLISHED: Final = _example("newswire.change.published.v1")
_REPRINT: Final = _example("newswire.change.duplicate.v1")
_LETTER: Final = _example("newswire.dead.letter.v1")
_GAP: Final = _example("newswire.coverage.gap.v1")
_ARTICLE: Final = _PUBLISHED["article"]
ARTICLE_ID: Final[str] = _ARTICLE["article_id"]
FEED_ID: Final[str] = _GAP["feed"]["id"]
LETTER_ID: Final[str] = _LETTER["id"]
_STATE: Final = {
    "kind": "published",
    "revision": 1,
    "duplicate_of": None,
    "first_seen": _PUBLISHED["at"],
    "changed_at": _PUBLISHED["at"],
}
_DOCUMENT: Final = chosen({**_ARTICLE, **_STATE}, DOCUMENT_FIELDS - {TEXT})
_CHANGE: Final = {"cursor": f"{_EPOCH}.42", "data": chosen_event(_PUBLISHED, _FIELDS)}


def _problem(status: int, kind: str, title: str, detail: str, **more: Any) -> dict[str, Any]:
    uri = kind if ":" in kind else TYPES + kind
    return {"type": uri, "title": title, "status": status, "detail": detail, **more}


EXAMPLES: Final[dict[str, Any]] = {
    "listChanges": {"changes": [_CHANGE], "next": f"{_EPOCH}.42", "more": False},
    "exportChanges": f'{{"cursor":"{_EPOCH}.42","data":{{…}}}}\n{{"end":true,"next":"{_EPOCH}.42"}}\n',
    "streamChanges": f"retry: 3000\n\nid: {_EPOCH}.42\nevent: published\ndata: {{…}}\n\nid: {_EPOCH}.43\n\n",
    "listArticles": {"articles": [_DOCUMENT], "next": None},
    "getArticle": _DOCUMENT,
    "searchArticles": {"articles": [_DOCUMENT], "next": None, "indexed_to": f"{_EPOCH}.42"},
    "getNinjs": ninjs({**_ARTICLE, **_STATE}),
    "getNewsArticle": news_article({**_ARTICLE, **_STATE}),
    "listRevisions": {
        "revisions": [{"revision": 1, "at": _PUBLISHED["at"], "article": chosen(_ARTICLE, _FIELDS)}],
        "next": None,
    },
    "compareRevisions": {
        "article_id": ARTICLE_ID,
        "from": {"revision": 1, "at": _PUBLISHED["at"]},
        "to": {"revision": 2, "at": _example("newswire.change.revised.v1")["at"]},
        "title": [edit.model_dump() for edit in word_diff("Ferry strike ends", "Ferry strike ends at last")],
        "text": [{"op": "equal", "text": _ARTICLE["text"]}],
    },
    "listDuplicates": {
        "duplicates": [
            {
                "duplicate_of": _REPRINT["duplicate_of"],
                "article": {"article_id": _REPRINT["article"]["article_id"], "title": _REPRINT["article"]["title"]},
            }
        ]
    },
    "getAtomFeed": '<feed xmlns="http://www.w3.org/2005/Atom">…</feed>',
    "getJsonFeed": json_feed("newswire", None, [_DOCUMENT]),
    "listFeeds": {"feeds": [{"feed_id": FEED_ID, "url": _GAP["feed"]["url"], "condition": None}], "next": None},
    "getFeed": {"feed_id": FEED_ID, "url": _GAP["feed"]["url"], "condition": None},
    "listFeedEvents": {"events": [_GAP]},
    "explain": {"known": True, "story": [{"what": "article", "article_id": ARTICLE_ID, "now": "published"}]},
    "getBooks": {
        "found": 2,
        "outcomes": {"published": 1, "rejected": 1},
        "rejected": {"http-404": 1},
        "pending": 0,
        "unbooked": 0,
        "folded": 0,
        "lost": 0,
        "balanced": True,
    },
    "listDeadLetters": {"dead": [{"id": LETTER_ID, "reason": _LETTER["reason"]}], "next": None},
    "getDeadLetter": _LETTER,
    "400": _problem(
        400,
        "invalid-parameter",
        "A parameter cannot be taken",
        "limits: this path has no such parameter",
        errors=[{"parameter": "limits", "detail": "this path has no such parameter"}],
    ),
    "401": _problem(401, "unauthorized", "A key is needed", "send a key as 'Authorization: Bearer nwk_…'"),
    "403": _problem(403, "forbidden", "The key does not allow this", "this key lacks the scope text"),
    "404": _problem(404, "not-found", "There is no such thing", f"no article {ARTICLE_ID}"),
    "410": _problem(
        410,
        "cursor-lost",
        "The cursor is lost",
        f"The changes behind this cursor are not kept any more. The oldest cursor is {_EPOCH}.17.",
        why="below-floor",
        floor=f"{_EPOCH}.17",
        head=f"{_EPOCH}.42",
    ),
    "409": _problem(409, "conflict", "This does not go with what there is", "this key has 100 webhooks"),
    "413": _problem(413, "too-large", "The body is too large", "a body has at most 65536 bytes"),
    "429": _problem(
        429,
        "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "Too many requests with this key",
        "Wait 40 seconds.",
    ),
    "503": _problem(503, "away", "A server behind newswire is away", "Try again."),
}
