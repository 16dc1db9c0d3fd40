"""One function from the environment to frozen settings, and the settings described.

Every setting is a ``NEWSWIRE_*`` variable, ``__`` between a group and its field. A variable that is set to
nothing counts as not set. The old name of a renamed setting works for one release more (renamed.py). A secret may
stand in a file instead (secret_files.py); apart from those files the function is pure. A name that is not known here
is an error: a misspelt limit must not be no limit.

Plain pydantic rather than pydantic-settings: that one reads ``os.environ`` itself and cannot be handed a
mapping, and it passes over unknown top-level names in silence.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn, get_args

from pydantic import BaseModel, Secret, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from newswire.errors import UsageError
from newswire.settings.group import Group
from newswire.settings.groups import Settings
from newswire.settings.renamed import under_new_names
from newswire.settings.secret_files import SUFFIX, with_secret_files

PREFIX: Final = "NEWSWIRE_"
_NESTING: Final = "__"
_FOR_TESTS: Final = re.compile(r"NEWSWIRE_(TEST_\w+|CORPUS|REQUIRE_\w+)")
"""The variables that the test suite reads; the services that it starts inherit them."""
_SERVICE_LINKS: Final = re.compile(
    r"NEWSWIRE_(?!\w*__)(\w{1,63}_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)"
)
"""Variables that Kubernetes adds to every pod for a Service called newswire or newswire-…; no double underscore.

A Service has a name of at most 63 characters (RFC 1123 label). The bound keeps the pattern linear.
"""


@dataclass(frozen=True, slots=True)
class Described:
    """One setting for people."""

    variable: str
    default: str
    description: str


def load(environ: Mapping[str, str]) -> Settings:
    """The settings that an environment asks for.

    Raises:
        UsageError: an unknown ``NEWSWIRE_*`` variable, an invalid value, both the old and the new name of a
            setting, a secret given twice or in a file that cannot be used, or no place for data.
    """
    environ = with_secret_files(under_new_names(environ), _secrets())
    known = {variable: path for variable, path, _ in _fields()}
    values: dict[str, Any] = {}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            if _FOR_TESTS.fullmatch(variable) or _SERVICE_LINKS.fullmatch(variable):
                continue
            _unknown(variable, known)
        group = values
        *groups, name = known[variable]
        for part in groups:
            group = group.setdefault(part, {})
        group[name] = environ[variable]
    if "data_dir" not in values:
        values["data_dir"] = _user_data(environ)
    values.setdefault("store", f"sqlite:///{values['data_dir']}/newswire.db")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise UsageError(_told(error)) from None  # the original would show the values, passwords too


def describe() -> tuple[Described, ...]:
    """Every setting, in the order of groups.py."""
    said = {
        "data_dir": "$XDG_DATA_HOME/newswire or ~/.local/share/newswire",
        "store": "sqlite:///<data dir>/newswire.db",
    }
    rows = []
    for variable, path, field in _fields():
        rows.append(Described(variable, said.get(path[-1], _shown(field.default)), field.description or ""))
        if _is_secret(field):
            rows.append(Described(variable + SUFFIX, "", f"A file that holds the value of {variable}, in one line."))
    return tuple(rows)


def markdown() -> str:
    """The tables of docs/settings.md: one for the settings without a group, then one for each group."""
    tables: dict[str, list[str]] = {}
    for row in describe():
        group, nested, _ = row.variable.partition(_NESTING)
        default = f"`{row.default}`" if row.default else ""
        cells = f"| `{row.variable}` | {default} | {row.description} |"
        tables.setdefault(group if nested else PREFIX, []).append(cells)
    return "\n\n".join(
        "\n".join((_heading(group), "", "| variable | default | what it is |", "|---|---|---|", *rows))
        for group, rows in tables.items()
    )


def _heading(group: str) -> str:
    """The heading of a table; below it the docstring of the class that holds the group's fields."""
    if group == PREFIX:
        return "## The data, and the log between the stages"
    described = Settings.model_fields[group.removeprefix(PREFIX).lower()].annotation
    return f"## `{group}{_NESTING}*`\n\n{described.__doc__}"


def _fields(
    model: type[BaseModel] = Settings, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...], FieldInfo]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            yield from _fields(field.annotation, (*path, name))
        else:
            yield _variable(*path, name), (*path, name), field


def _secrets() -> tuple[str, ...]:
    """The variables whose values are secret."""
    return tuple(variable for variable, _, field in _fields() if _is_secret(field))


def _is_secret(field: FieldInfo) -> bool:
    kinds = (field.annotation, *get_args(field.annotation))
    return any(isinstance(kind, type) and issubclass(kind, Secret | SecretStr) for kind in kinds)


def _variable(*path: str) -> str:
    return PREFIX + _NESTING.join(path).upper()


def _user_data(environ: Mapping[str, str]) -> str:
    """The user's data folder (XDG Base Directory Specification: a relative path there is to be ignored)."""
    base = environ.get("XDG_DATA_HOME", "")
    if base.startswith("/"):
        return f"{base}/newswire"
    if environ.get("HOME"):
        return f"{environ['HOME']}/.local/share/newswire"
    raise UsageError("there is no home folder to keep data in: set NEWSWIRE_DATA_DIR")


def _unknown(variable: str, known: Mapping[str, object]) -> NoReturn:
    near = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0)
    raise UsageError(f"{variable} is not a setting; did you mean {near[0]}? (`newswire --help` lists all)")


def _told(error: ValidationError) -> str:
    described = {row.variable: row.description for row in describe()}
    lines = []
    for line in error.errors(include_url=False, include_input=False, include_context=False):
        groups = [part for part in line["loc"] if isinstance(part, str)]
        variable = _variable(*groups)
        said = line["msg"].removeprefix("Value error, ")
        lines.append(f"{variable}: {said}. It is: {described[variable]}")
    return "\n".join(lines)


def _shown(default: object) -> str:
    match default:
        case None:
            return ""
        case bool():
            return str(default).lower()
        case tuple():
            return ",".join(map(str, default))
        case _:
            return str(default)
