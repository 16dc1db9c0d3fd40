"""The contract in use: events on the wire (codec), their names and topics (registry), their published schemas.

`newswire.events` says what an event is; this package says how it travels. See schemas/README.md.
"""

from newswire.contracts.codec import (
    decode,
    encode,
    encode_recorded,
    entry_id_of,
    tombstone,
    trace_id_of,
    traceparent_of,
)
from newswire.contracts.registry import BY_KIND, BY_MODEL, BY_TYPE, CONTRACTS, Contract, Event, key_of, traceparent_for

__all__ = [
    "BY_KIND",
    "BY_MODEL",
    "BY_TYPE",
    "CONTRACTS",
    "Contract",
    "Event",
    "decode",
    "encode",
    "encode_recorded",
    "entry_id_of",
    "key_of",
    "tombstone",
    "trace_id_of",
    "traceparent_for",
    "traceparent_of",
]
