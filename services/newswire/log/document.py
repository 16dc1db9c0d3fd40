"""The lists of docs/logs.md."""

from collections.abc import Iterable

from newswire.log.alerts import ALERTS
from newswire.log.events import EVENTS
from newswire.log.fields import ALWAYS, CONTEXT, EXCEPTION, FIELDS, FOREIGN


def markdown() -> str:
    """The events, the fields and the alerts, as tables."""
    events = [f"| `{e.name}` | {', '.join(e.levels)} | {_code(e.fields)} | {e.meaning} |" for e in EVENTS]
    fields = [f"| `{name}` | {meaning} |" for name, meaning in FIELDS.items()]
    alerts = [f"| {alert.name} | `{_cell(alert.lines)}` | {alert.fires} |" for alert in ALERTS]
    others = (
        f"- Every line has {_code(ALWAYS)}.",
        f"- A line about an entry, a feed, a hub or a webhook also has {_code(CONTEXT)}, where they are known.",
        f"- A line about an error that nobody foresaw also has {_code(EXCEPTION)}.",
        f"- A line of a library also has {_code(FOREIGN)}.",
    )
    return "\n".join(
        (
            *_table("Events", ("event", "level", "fields of its own", "what happened"), events),
            *others,
            "",
            *_table("Fields", ("field", "what it means"), fields),
            *_table("Alerts", ("alert", "lines (jq)", "fires"), alerts),
        )
    ).rstrip()


def _table(title: str, columns: tuple[str, ...], rows: Iterable[str]) -> list[str]:
    return [f"## {title}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *rows, ""]


def _code(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    """Text for a cell of a table, in which a bar would end the cell."""
    return text.replace("|", "\\|")
