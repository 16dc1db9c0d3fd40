"""Lines of the log, held against the list of events in docs/logs.md."""

from collections.abc import Mapping
from typing import Any, Final

from newswire.log.events import EVENTS
from newswire.log.fields import ALWAYS, CONTEXT, EXCEPTION, FOREIGN

_BY_NAME: Final = {event.name: event for event in EVENTS}


def faults(line: Mapping[str, Any]) -> list[str]:
    """What a line has that the list does not: its event, its level, or a field."""
    if FOREIGN[0] in line:
        return []
    event = _BY_NAME.get(line["event"])
    if event is None:
        return [f"{line['event']} is not listed"]
    allowed = {*ALWAYS, *CONTEXT, *event.fields, *(EXCEPTION if "error" in event.levels else ())}
    wrong = [f"{event.name}: {field} is not listed" for field in line if field not in allowed]
    return wrong if line["level"] in event.levels else [*wrong, f"{event.name}: at {line['level']}"]
