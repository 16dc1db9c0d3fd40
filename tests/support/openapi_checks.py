"""Holds answers of the read side against its OpenAPI document."""

import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from newswire.serve.api.routes import openapi_document


@cache
def _document() -> dict[str, Any]:
    return openapi_document()


@cache
def _validator(path: str, status: str, method: str) -> Draft202012Validator:
    answer = _document()["paths"][path][method]["responses"][status]
    if "$ref" in answer:
        answer = _document()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    (content,) = answer["content"].values()
    return Draft202012Validator({**content["schema"], "components": _document()["components"]})


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {path: re.compile(re.sub(r"\{\w+\}", r"[^/]+?", path.replace(".", r"\."))) for path in _document()["paths"]}


def check_answer(path: str, status: int, value: Any, method: str = "get") -> None:
    """Fail unless a JSON answer is one that the document allows; other paths and methods are not looked at."""
    bare = path.partition("?")[0]
    found = next((known for known, pattern in _patterns().items() if pattern.fullmatch(bare)), None)
    if found is not None and method in _document()["paths"][found] and status not in {304, 421}:
        _validator(found, str(status), method).validate(value)
