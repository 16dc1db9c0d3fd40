"""Dead letters; see `newswire.contracts.examples`."""

import base64
from typing import Final

from newswire.contracts.entry_examples import ENTRY, FOUND, LATER, URL
from newswire.events import (
    ENTRIES,
    DeadLetter,
    stable_id,
)

NOT_FOUND: Final = DeadLetter(
    id=stable_id("dead", ENTRY.id, "extract", 4),
    entry_id=ENTRY.id,
    stage="extract",
    topic=ENTRIES,
    partition=3,
    offset=17,
    key="harbour.example",
    value_base64=base64.b64encode(ENTRY.model_dump_json().encode()).decode(),
    headers=(("ce_type", "newswire.entry.found.v1"), ("content-type", "application/json")),
    reason="http-404",
    error="Reject",
    message="the page answers 404",
    attempts=4,
    url=URL,
    first_failed_at=FOUND,
    failed_at=LATER,
    version="0.1.0",
)
NOT_JSON: Final = DeadLetter(
    id=stable_id("dead", ENTRIES, 3, 18, "extract", 1),
    stage="extract",
    topic=ENTRIES,
    partition=3,
    offset=18,
    value_base64="Tk9UIEpTT04=",
    reason="invalid-record",
    error="InvalidRecord",
    message="not JSON: expected value at line 1 column 1",
    attempts=1,
    first_failed_at=FOUND,
    failed_at=FOUND,
    version="0.1.0",
)
