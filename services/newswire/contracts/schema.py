"""The published contract as documents: JSON Schema per event, one AsyncAPI document, examples. And their export."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from newswire import __version__
from newswire.contracts import sql
from newswire.contracts.channels import CHANNELS, GENERAL, KEYS
from newswire.contracts.examples import EXAMPLES
from newswire.contracts.registry import CONTRACTS, HOME, Contract
from newswire.contracts.sql_views import VIEWS
from newswire.domain.log.topology import COMMANDS, STAGES
from newswire.events import LATEST, TOPICS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ASYNCAPI_FILE: Final = "asyncapi.json"
SQL_FILE: Final = "sql.md"
KAFKA_BINDING: Final = "0.5.0"


def json_schema(contract: Contract) -> dict[str, Any]:
    """The event's JSON Schema (2020-12), open to fields that a later version adds."""
    schema = contract.model.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": contract.dataschema, **schema}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document: topics, the messages on them, and who sends and receives them."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "newswire",
            "version": __version__,
            "description": GENERAL,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic) for topic in (*TOPICS, LATEST)},
        "operations": dict(_operations()),
        "components": {"messages": {contract.ce_type: _message(contract) for contract in CONTRACTS}},
    }


def documents() -> dict[str, dict[str, Any]]:
    """Every generated document by its file name."""
    schemas = {f"{contract.ce_type}.schema.json": json_schema(contract) for contract in CONTRACTS}
    return {**schemas, ASYNCAPI_FILE: asyncapi()}


def export(folder: Path) -> None:
    """Write the documents to ``folder``, and those examples that are not there yet; an old example is never touched."""
    for name, document in documents().items():
        _write(folder / name, document)
    (folder / SQL_FILE).write_text(sql.document(VIEWS), encoding="utf-8")
    for ce_type, named in EXAMPLES.items():
        for name, event in named.items():
            path = folder / "examples" / ce_type / f"{name}.json"
            if not path.exists():
                _write(path, event.model_dump(mode="json"))


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _channel(topic: str) -> dict[str, Any]:
    carried = [contract.ce_type for contract in CONTRACTS if contract.topic == HOME[topic]]
    return {
        "address": topic,
        "description": CHANNELS[topic],
        "messages": {ce_type: {"$ref": f"#/components/messages/{ce_type}"} for ce_type in carried},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": KAFKA_BINDING}},
    }


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, node in {**STAGES, **COMMANDS}.items():
        for action, topics in (("receive", node.reads), ("send", (*node.writes, *node.may_write))):
            for topic in topics:
                yield f"{name}.{action}.{topic}", {"action": action, "channel": {"$ref": f"#/channels/{topic}"}}


def _message(contract: Contract) -> dict[str, Any]:
    return {
        "name": contract.ce_type,
        "title": contract.model.__name__,
        "summary": " ".join((contract.model.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": _headers(contract),
        "correlationId": {"location": "$message.header#/traceparent", "description": "The trace of the entry."},
        "payload": {
            "schemaFormat": "application/schema+json;version=2020-12",
            "schema": {"$ref": f"./{contract.ce_type}.schema.json"},
        },
        "bindings": {"kafka": {"key": KEYS[contract.topic], "bindingVersion": KAFKA_BINDING}},
    }


def _headers(contract: Contract) -> dict[str, Any]:
    required = {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "Deterministic: drop the ids you have seen."},
        "ce_type": {"type": "string", "const": contract.ce_type},
        "ce_source": {"type": "string", "format": "uri-reference"},
        "ce_subject": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_dataschema": {"type": "string", "const": contract.dataschema},
        "ce_partitionkey": {"type": "string"},
        "content-type": {"type": "string", "const": "application/json"},
    }
    optional = {
        "ce_entryid": {"type": "string", "format": "uuid", "description": "The entry that the books count this under."},
        "ce_traceparent": {"type": "string", "description": "W3C trace context."},
        "traceparent": {"type": "string", "description": "The same, for tracing libraries that look at Kafka headers."},
    }
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}
