"""schemas/: generated, committed, and never breaking a consumer."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given

from newswire.contracts import BY_TYPE, CONTRACTS, decode, encode, traceparent_for
from newswire.contracts.examples import EXAMPLES
from newswire.contracts.schema import documents, export
from newswire.events import LATEST, TOPICS
from newswire.ports import Message
from newswire.serve.api.routes import openapi_document
from newswire.settings.kafka import KafkaSettings
from support.event_strategies import ANY_EVENT

SCHEMAS = Path(__file__).parents[3] / "schemas"
WRITTEN = sorted(SCHEMAS.glob("examples/*/*.json"))
BUILT = [pytest.param(event, id=f"{kind}/{name}") for kind, named in EXAMPLES.items() for name, event in named.items()]
DOCUMENTS = documents()
SCHEMA_OF = {contract.ce_type: DOCUMENTS[f"{contract.ce_type}.schema.json"] for contract in CONTRACTS}
ASYNCAPI = DOCUMENTS["asyncapi.json"]


def test_the_committed_documents_are_the_generated_ones():
    committed = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")}
    assert committed == DOCUMENTS | {"openapi.json": openapi_document()}, (
        "run `make schemas` and look at the difference: may consumers see it?"
    )


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_example_ever_written_still_parses_and_fits_its_schema(path):
    contract = BY_TYPE[path.parent.name]
    value = path.read_bytes()
    event = decode(Message(contract.topic, "", value, (("ce_type", contract.ce_type.encode()),)))
    assert type(event) is contract.model
    check = jsonschema.Draft202012Validator(
        documents()[f"{contract.ce_type}.schema.json"], format_checker=jsonschema.FormatChecker()
    )
    check.validate(json.loads(value))


@pytest.mark.parametrize("event", BUILT)
def test_every_example_in_the_code_is_written(event):
    contract = next(contract for contract in CONTRACTS if contract.model is type(event))
    written = [json.loads(path.read_text(encoding="utf-8")) for path in WRITTEN if path.parent.name == contract.ce_type]
    assert str(event.id) in {example["id"] for example in written}, "run `make schemas`"


@given(ANY_EVENT)
def test_what_is_published_fits_the_published_schema(event):
    message = encode(event)
    jsonschema.Draft202012Validator(SCHEMA_OF[message.header("ce_type")]).validate(json.loads(message.value))


@pytest.mark.parametrize("schema", SCHEMA_OF.values(), ids=SCHEMA_OF)
def test_a_schema_is_valid_and_open_to_later_fields(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "additionalProperties" not in json.dumps(schema)
    optional = {name for name, field in schema["properties"].items() if "default" in field}
    assert not optional & set(schema["required"])


def test_the_asyncapi_document_refers_to_nothing_that_is_not_there():
    document = documents()["asyncapi.json"]
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))
    assert references
    for reference in references:
        if reference.startswith("#/"):
            found = document
            for part in reference[2:].split("/"):
                found = found[part]
        else:
            assert (SCHEMAS / reference).is_file()
    assert set(document["channels"]) == {*TOPICS, LATEST}


@given(ANY_EVENT)
def test_the_asyncapi_document_describes_the_headers_that_are_sent(event):
    message = encode(event, traceparent=traceparent_for(event.id))
    described = ASYNCAPI["components"]["messages"][message.header("ce_type")]["headers"]
    sent = {name: value.decode() for name, value in message.headers}
    jsonschema.Draft202012Validator({**described, "additionalProperties": False}).validate(sent)


def test_the_asyncapi_document_gives_the_defaults_that_the_settings_have():
    kafka = KafkaSettings()
    said = ASYNCAPI["info"]["description"]
    assert f"{kafka.partitions} partitions unless" in said
    assert f"kept for {kafka.retention_days:g} days" in said


def test_an_export_adds_missing_examples_and_never_rewrites_one(tmp_path):
    export(tmp_path)
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.json"))
    assert len(before) == len(documents()) + len(BUILT)
    old, missing = sorted(tmp_path.glob("examples/*/*.json"))[:2]
    old.write_text("{}")
    missing.unlink()
    export(tmp_path)
    assert old.read_text() == "{}"
    assert missing.is_file()
