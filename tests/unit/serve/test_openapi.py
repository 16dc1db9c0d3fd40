"""The OpenAPI document of the read side: complete, valid in itself, with examples that are what they show."""

import json
import re
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from newswire.domain.wire.filters import WireKind
from newswire.serve.api.export import export
from newswire.serve.api.routes import openapi_document
from support.openapi_checks import check_answer

DOCUMENT = openapi_document()
SCHEMAS = Path(__file__).parents[3] / "schemas"
OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def test_the_export_is_the_document(tmp_path):
    export(tmp_path)
    assert json.loads((tmp_path / "openapi.json").read_text()) == DOCUMENT
    assert (tmp_path / "openapi.json").read_text() == (SCHEMAS / "openapi.json").read_text(), "run: make schemas"


def test_every_reference_leads_somewhere():
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT)))
    assert references
    for reference in references:
        found = DOCUMENT
        for part in reference.split("/"):
            found = found[part]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_example_of_an_answer_is_one(name):
    path, method, operation = OPERATIONS[name]
    (status,) = [code for code in operation["responses"] if code.startswith("2")]
    for content in operation["responses"][status].get("content", {}).values():
        if not isinstance(content["example"], str):
            check_answer(re.sub(r"\{\w+\}", "1", path), int(status), content["example"], method)


@pytest.mark.parametrize("name", [name for name, (_, _, operation) in OPERATIONS.items() if "requestBody" in operation])
def test_the_example_of_a_body_is_one(name):
    content = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]
    jsonschema.Draft202012Validator(content["schema"] | {"components": DOCUMENT["components"]}).validate(
        content["example"]
    )


@pytest.mark.parametrize("code", DOCUMENT["components"]["responses"])
def test_the_example_of_a_problem_is_one(code):
    (content,) = DOCUMENT["components"]["responses"][code]["content"].values()
    schema = DOCUMENT["components"]["schemas"]["Problem"] | {"components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(content["example"])
    assert content["example"]["status"] == int(code)


def test_every_kind_of_event_may_be_asked_for_and_answered():
    (kind,) = [each for each in OPERATIONS["listChanges"][2]["parameters"] if each["name"] == "kind"]
    assert set(kind["schema"]["items"]["enum"]) == set(get_args(WireKind))
    answered = DOCUMENT["components"]["schemas"]["WireChange"]["properties"]["data"]["discriminator"]["mapping"]
    assert set(answered) == set(get_args(WireKind))


def test_every_parameter_and_operation_is_described():
    for name, (_, _, operation) in OPERATIONS.items():
        assert operation["description"], name
        assert [each["name"] for each in operation["parameters"] if not each["description"]] == [], name
