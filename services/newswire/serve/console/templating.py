"""The templates, and the answers made from them."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newswire import __version__
from newswire.serve.console import safe
from newswire.serve.console.views.words import ago, span

FOLDER: Final = Path(__file__).parent


@cache
def environment() -> Environment:
    """Every value is escaped, and cleaned before; a name that a view did not give is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe.shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "link": safe.link,
        "host": safe.host,
        "clock": lambda moment: f"{moment:%H:%M}",
        "day": day,
        "moment": moment_of,
        "count": count,
        "ago": ago,
        "span": span,
    }
    made.globals["version"] = __version__
    return made


def page(name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template ``name`` filled with these values."""
    return HTMLResponse(environment().get_template(f"{name}.html").render(values), status)


def day(moment: date) -> str:
    """A day for people: Friday 27 November 2026."""
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def moment_of(moment: datetime) -> str:
    """A moment for people, in UTC: 27 Nov 2026, 09:20."""
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def count(number: float) -> str:
    """A number with its thousands parted: 12 345."""
    return f"{number:,}".replace(",", "\u202f")
