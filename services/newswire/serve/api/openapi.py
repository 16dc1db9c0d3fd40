"""The OpenAPI 3.1 document of the read side. Its parameters are those of the routes; its answers stand here."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from newswire import __version__
from newswire.domain.wire.documents import ArticleDocument
from newswire.events import Value
from newswire.serve.api import shapes
from newswire.serve.api.answer_shape import AnswerShape
from newswire.serve.api.document_examples import ARTICLE_ID, EXAMPLES, FEED_ID, LETTER_ID
from newswire.serve.api.webhook_answers import BODY_EXAMPLES, WEBHOOK_ANSWERS, WEBHOOK_EXAMPLES, WEBHOOK_ID

FILE: Final = "openapi.json"
_PARTIAL: Final = {
    "WireArticle": ["article_id"],
    "ArticleDocument": ["article_id"],
    "ListedArticle": ["article_id"],
}
"""With ``fields`` an answer has no more than these for sure."""


ANSWERS: Final = {
    "listChanges": AnswerShape("A page of changes.", shapes.ChangesAnswer),
    "exportChanges": AnswerShape(
        'A change a line, as in /v1/changes; the last line is {"end":true,"next":"…"}, or the export was cut off.',
        media_type="application/jsonl",
    ),
    "streamChanges": AnswerShape(
        "Server-sent events: `id` is the cursor, `event` the kind, `data` the change. An id without data comes every "
        "15 seconds in which no change passes the filter.",
        media_type="text/event-stream",
    ),
    "listArticles": AnswerShape("A page of articles.", shapes.ArticlesAnswer),
    "getArticle": AnswerShape("The article.", ArticleDocument),
    "searchArticles": AnswerShape("A page of the articles that match.", shapes.SearchAnswer),
    "getNinjs": AnswerShape("The article by the standard of news agencies (IPTC ninjs 3.1)."),
    "getNewsArticle": AnswerShape("The article in JSON-LD.", media_type="application/ld+json"),
    "listRevisions": AnswerShape("A page of its texts.", shapes.RevisionsAnswer),
    "compareRevisions": AnswerShape("The differences.", shapes.DiffAnswer),
    "listDuplicates": AnswerShape("Its copies, each with the grounds.", shapes.DuplicatesAnswer),
    "getAtomFeed": AnswerShape(
        "An Atom feed (RFC 4287); withdrawn articles are tombstones (RFC 6721).", media_type="application/atom+xml"
    ),
    "getJsonFeed": AnswerShape("A JSON Feed 1.1.", media_type="application/feed+json"),
    "listFeeds": AnswerShape("A page of feeds.", shapes.FeedsAnswer),
    "getFeed": AnswerShape("The feed."),
    "listFeedEvents": AnswerShape("Its events.", shapes.FeedEventsAnswer),
    "explain": AnswerShape("What is known of the address.", shapes.ExplainAnswer),
    "getBooks": AnswerShape("The books.", shapes.BooksAnswer),
    "listDeadLetters": AnswerShape("A page of dead letters.", shapes.DeadLettersAnswer),
    "getDeadLetter": AnswerShape("The dead letter.", shapes.DeadLetterAnswer),
    **WEBHOOK_ANSWERS,
}
_ANSWER_EXAMPLES: Final = EXAMPLES | WEBHOOK_EXAMPLES
_PATH_EXAMPLES: Final = {
    "article_id": ARTICLE_ID,
    "feed_id": FEED_ID,
    "letter_id": LETTER_ID,
    "webhook_id": WEBHOOK_ID,
    "old": 1,
    "new": 2,
}
_SCOPES: Final = {
    "streamChanges": "`read` and `stream`",
    "compareRevisions": "`read` and `text`",
    "listDeadLetters": "`admin`",
    "getDeadLetter": "`admin`",
    **dict.fromkeys(WEBHOOK_ANSWERS, "`read` and `webhooks`"),
}
"""What a key needs, where it is not `read` alone."""
_WITH_TEXTS: Final = {
    *("listChanges", "exportChanges", "streamChanges"),
    *("listArticles", "getArticle", "listRevisions", "searchArticles"),
    *("getNinjs", "getNewsArticle"),
    *("getAtomFeed", "getJsonFeed"),
    *("createWebhook", "changeWebhook", "rotateWebhookSecret", "replayWebhook"),
}
_BY_CURSOR: Final = {"listChanges", "streamChanges", "exportChanges", "createWebhook", "replayWebhook"}
_TAGS: Final = {
    "wire": "The wire by position: every change once, from any cursor.",
    "articles": "Articles as they are now, and as they were.",
    "feeds": "The wire as a feed, for feed readers. They send the key as the password of Basic authentication.",
    "operators": "How the feeds and the books are.",
    "webhooks": "Events posted to an address of yours, signed by Standard Webhooks.",
}
_PROBLEMS: Final = {
    "400": "A parameter cannot be taken; `errors` names it.",
    "401": "A key is needed, or this one opens nothing.",
    "403": "The key lacks a scope.",
    "429": "Too many requests of this key, or wrong keys; `Retry-After` says when to come again.",
    "503": "The database is away; `Retry-After` says when to come again.",
}
_RARE_PROBLEMS: Final = {
    "404": "There is no such thing.",
    "409": "It does not go with what there is.",
    "410": "The cursor is lost, and `floor` names the oldest one; or the wire goes on at another server.",
    "413": "The body is too large.",
}
_HEADERS: Final = {
    "ETag": "Send it as `If-None-Match` to be answered 304 where nothing changed.",
    "Link": 'rel="next": the address of the next page, where there is one.',
    "RateLimit": "What is left of the quota: draft-ietf-httpapi-ratelimit-headers.",
    "RateLimit-Policy": "The quota of the key.",
}
_LIMIT_HEADERS: Final = ("RateLimit", "RateLimit-Policy")
_STREAMED: Final = frozenset({"exportChanges", "streamChanges"})
"""Answers that no cache keeps, although they are read with GET."""


def document(app: FastAPI) -> dict[str, Any]:
    """The document, from the routes of ``app`` and the shapes of their answers."""
    drawn = FastAPI.openapi(app)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newswire",
            "version": __version__,
            "summary": "A clean, deduplicated, never-lossy wire of news articles, by HTTP.",
            "description": "docs/api.md shows each step by example.",
            "contact": {"name": "The operator of this installation"},
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": "http://127.0.0.1:8088", "description": "`newswire run` on your own machine."}],
        "security": [{"bearer": []}, {"basic": []}, {}],
        "tags": [{"name": name, "description": said} for name, said in _TAGS.items()],
        "paths": {
            path: {method: _operation(method, operation) for method, operation in item.items()}
            for path, item in drawn["paths"].items()
        },
        "components": {
            "schemas": _schemas(),
            "responses": dict(_problems()),
            "headers": {name: _header(said) for name, said in _HEADERS.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A key of `newswire keys create`."},
                "basic": {"type": "http", "scheme": "basic", "description": "The key as password, any user name."},
            },
        },
    }


def _operation(method: str, drawn: dict[str, Any]) -> dict[str, Any]:
    name = drawn["operationId"]
    codes = ["400", "401", "403", "429", "503"]
    codes += ["404"] if any(each["in"] == "path" for each in drawn.get("parameters", ())) else []
    codes += ["410"] if name in _BY_CURSOR else []
    codes += ["409"] if name == "createWebhook" else []
    shape = ANSWERS[name]
    codes += ["413"] if shape.body else []
    cached = method == "get" and name not in _STREAMED
    operation = {
        "tags": drawn["tags"],
        "summary": drawn["summary"],
        "description": _description(name),
        "operationId": name,
        "parameters": [_parameter(each) for each in drawn.get("parameters", ())],
        "responses": {
            str(shape.status): _answer(name, shape, cached=cached),
            **({"304": {"$ref": "#/components/responses/304"}} if cached else {}),
            **{code: {"$ref": f"#/components/responses/{code}"} for code in sorted(codes)},
        },
    }
    if shape.body is not None:
        content = {"schema": {"$ref": f"#/components/schemas/{shape.body.__name__}"}, "example": BODY_EXAMPLES[name]}
        operation["requestBody"] = {"required": shape.body_needed, "content": {"application/json": content}}
    return operation


def _description(name: str) -> str:
    texts = " For texts of articles it needs `text` too." if name in _WITH_TEXTS else ""
    return f"Scopes that a key needs: {_SCOPES.get(name, '`read`')}.{texts}"


def _parameter(drawn: dict[str, Any]) -> dict[str, Any]:
    schema = {key: value for key, value in drawn["schema"].items() if key not in {"title", "description", "examples"}}
    if "anyOf" in schema:
        (there,) = [each for each in schema.pop("anyOf") if each != {"type": "null"}]
        schema = {**there, **{key: value for key, value in schema.items() if value is not None}}
    given = {"name": drawn["name"], "in": drawn["in"], "required": drawn["required"]}
    found = {**given, "description": drawn.get("description", ""), "schema": schema}
    if drawn["name"] in _PATH_EXAMPLES:
        found["example"] = _PATH_EXAMPLES[drawn["name"]]
    return found


def _answer(name: str, shape: AnswerShape, *, cached: bool) -> dict[str, Any]:
    shown = [*(["ETag", "Link"] if cached else []), *_LIMIT_HEADERS]
    if shape.status == 204:
        return {"description": shape.description, "headers": _header_references(shown)}
    is_json = shape.media_type.endswith("json")
    schema = {"$ref": f"#/components/schemas/{shape.model.__name__}"} if shape.model else {"type": "object"}
    content = {"schema": schema if is_json else {"type": "string"}, "example": _ANSWER_EXAMPLES[name]}
    return {
        "description": shape.description,
        "headers": _header_references(shown),
        "content": {shape.media_type: content},
    }


def _header_references(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _schemas() -> dict[str, Any]:
    models: list[type[Value]] = [*(shape.model for shape in ANSWERS.values() if shape.model), shapes.Problem]
    taken = dict.fromkeys(shape.body for shape in ANSWERS.values() if shape.body)
    _, drawn = models_json_schema(
        [*((model, "serialization") for model in dict.fromkeys(models)), *((body, "validation") for body in taken)],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = drawn["$defs"]
    for schema in schemas.values():
        if "const" in schema.get("properties", {}).get("kind", ()):
            schema["required"] = [
                *schema.get("required", ()),
                "kind",
            ]  # every writer gives it, and readers choose by it
        for part in schema.get("properties", {}).values():
            if "prefixItems" in part.get("items", ()):
                part["items"]["items"] = {"type": "string"}  # all of ours are; tools ask for it
    for name, required in _PARTIAL.items():
        schemas[name]["required"] = required
    schemas["Problem"]["required"] = ["type", "title", "status", "detail"]
    return schemas


def _problems() -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "304",
        {"description": "What you have is still valid.", "headers": _header_references(["ETag", *_LIMIT_HEADERS])},
    )
    texts = _PROBLEMS | _RARE_PROBLEMS
    for code, said in sorted(texts.items()):
        content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": EXAMPLES[code]}
        yield code, {"description": said, "content": {"application/problem+json": content}}


def _header(said: str) -> dict[str, Any]:
    return {"description": said, "schema": {"type": "string"}}
