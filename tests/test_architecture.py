"""The house rules that no linter knows: imports flow one way, decisions do no I/O, files stay small.

Read from the source by ``ast``; nothing is imported. The last test plants each kind of violation in a
tree of its own and sees it found.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LEAVES = frozenset({"events", "errors"})
VALUES = LEAVES | {"domain"}
SEAMS = VALUES | {"ports", "contracts"}
TOLD = frozenset({"log", "metrics"})
SHARED = TOLD | {"waiting"}
DOING = SEAMS | SHARED | {"parsing", "settings", "runtime", "stages", "operations"}
ASSEMBLED = DOING | {"adapters", "serve"}
MAY_IMPORT = {
    "events": frozenset(),
    "errors": frozenset(),
    "domain": LEAVES,
    "parsing": VALUES,
    "ports": VALUES,
    "contracts": VALUES | {"ports"},
    "settings": frozenset({"errors"}),
    "log": frozenset({"settings"}),
    "metrics": VALUES | {"ports"},
    "waiting": VALUES | {"ports"},
    "stages": SEAMS | SHARED | {"parsing"},
    "runtime": SEAMS | SHARED,
    "operations": SEAMS | SHARED | {"parsing", "stages"},
    "adapters": SEAMS | SHARED | {"parsing", "settings", "kafka"},
    "serve": SEAMS | TOLD | {"settings", "operations"},
    "kafka": frozenset(),
    "client": VALUES | {"kafka"},
    "demo": SEAMS,
    "golden": SEAMS,
    "assembly": ASSEMBLED,
    "cli": ASSEMBLED | {"assembly", "demo", "golden"},
}
"""For each part of newswire, the other parts that it may know. A part that is not here has no place in the house."""

ROOMS: dict[str, dict[str, frozenset[str]]] = {
    "domain": {
        "text": frozenset(),
        "urls": frozenset(),
        "ledger": frozenset(),
        "readiness": frozenset(),
        "clock_skew": frozenset(),
        "log": frozenset(),
        "http": frozenset({"urls"}),
        "archive": frozenset(),
        "wire": frozenset(),
        "search": frozenset({"wire"}),
        "websub": frozenset({"feeds", "http", "urls"}),
        "webhooks": frozenset({"wire"}),
        "articles": frozenset({"clock_skew", "http", "ledger", "text", "urls"}),
        "feeds": frozenset({"clock_skew", "ledger", "text", "urls"}),
        "schedule": frozenset({"feeds"}),
        "moving": frozenset(),
    },
    "parsing": {
        "text": frozenset(),
        "feeds": frozenset({"text"}),
        "pages": frozenset({"text"}),
        "sites": frozenset({"feeds", "text"}),
        "preload": frozenset({"feeds", "pages"}),
        "jobs": frozenset({"feeds", "pages", "sites"}),
    },
    "stages": {
        "limits": frozenset(),
        "failures": frozenset({"limits"}),
        "telling": frozenset(),
        "poll": frozenset({"limits", "telling"}),
        "drift": frozenset({"telling"}),
        "second_look": frozenset(),
        "article_reader": frozenset({"limits", "second_look"}),
        "extract": frozenset({"article_reader", "limits", "failures"}),
        "latest": frozenset(),
        "outcome_lines": frozenset(),
        "store": frozenset({"limits", "failures", "latest", "outcome_lines"}),
        "websub": frozenset(),
    },
    "serve": {
        "listener": frozenset(),
        "health": frozenset(),
        "auditor": frozenset(),
        "summaries": frozenset(),
        "observer": frozenset(),
        "websub": frozenset({"listener"}),
        "api": frozenset({"listener"}),
        "console": frozenset({"api"}),
    },
    "assembly": {
        "log": frozenset(),
        "archiving": frozenset(),
        "backends": frozenset({"log", "archiving"}),
        "installation": frozenset({"backends", "log"}),
        "operations": frozenset({"backends"}),
        "stages": frozenset({"operations", "backends"}),
        "webhooks": frozenset({"backends"}),
        "upkeep": frozenset({"backends"}),
        "pipeline": frozenset({"backends", "stages", "upkeep", "webhooks"}),
        "health": frozenset({"backends", "pipeline"}),
        "exposure": frozenset(),
        "api": frozenset({"backends", "exposure", "webhooks"}),
        "moving": frozenset({"backends", "installation"}),
    },
}
"""Inside the parts that have rooms by subject: for each room (a folder or a file), the other rooms that it may know."""

TIMELESS = frozenset({"domain", "parsing"})
"""Values in, values out: no I/O, no clock, no chance, no event loop."""
PURE = TIMELESS | {"stages"}
"""No I/O but through ports, no clock but the one that they are handed."""
OUTSIDE = frozenset(
    [
        "aiohttp",
        "aiokafka",
        "aiosqlite",
        "alembic",
        "asyncpg",
        "concurrent",
        "ftplib",
        "glob",
        "http",
        "multiprocessing",
        "os",
        "pathlib",
        "pebble",
        "random",
        "requests",
        "secrets",
        "shutil",
        "socket",
        "socketserver",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
        "threading",
        "urllib.request",
        "urllib3",
    ]
)
OUTSIDE_CALLS = frozenset({"open", "input", "print", "exec", "eval", "__import__", "import_module", "uuid1", "uuid4"})
CLOCKS = frozenset({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "asyncio.sleep"}) | {
    f"time.{name}" for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep", "localtime")
}

MAX_LINES = 250
LONGER = frozenset[str]()
"""Files that are longer for a reason, each with its reason beside it. None is."""


def violations(root: Path) -> list[str]:
    """Every breach under ``root``/services and ``root``/tests, as ``file:line: what``."""
    return sorted(_violations(root))


def _violations(root: Path) -> Iterator[str]:
    services = root / "services"
    if (services / "__init__.py").exists():
        yield "services/__init__.py: services is a source root, not a package"
    for path in sorted([*services.rglob("*.py"), *root.glob("tests/**/*.py")]):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source, name)
        found = [*_of_any(tree)]
        if path.is_relative_to(services):
            lines = source.count("\n")
            if lines > MAX_LINES and name not in LONGER:
                found.append((MAX_LINES, f"{lines} lines; is there a second room in it? ({MAX_LINES} is the most)"))
            module = path.relative_to(services).with_suffix("").parts
            found += _of_newswire(tree, module, services)
        yield from (f"{name}:{line}: {what}" for line, what in found)


def _of_any(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for line, imported in _imports(tree, ()):
        if imported.split(".")[0] == "services":
            yield line, "imports services: import newswire"


def _of_newswire(tree: ast.AST, module: tuple[str, ...], services: Path) -> Iterator[tuple[int, str]]:
    part = module[1] if len(module) > 1 else ""
    if part in {"", "__init__", "__main__"}:
        part = ""
    elif part not in MAY_IMPORT:
        yield 1, f"newswire.{part} has no place in the house: say in MAY_IMPORT what it may know"
    for line, imported in _imports(tree, module):
        known = _part_of(imported, services)
        if part and known not in {"", part} | MAY_IMPORT.get(part, frozenset()):
            yield line, f"{part} imports {known}"
        yield from ((line, breach) for breach in _between_rooms(part, module, imported, services))
        if part in PURE and any(imported == name or imported.startswith(f"{name}.") for name in OUTSIDE):
            yield line, f"{part} imports {imported}: the outside world belongs in adapters"
        if part in PURE and imported in CLOCKS:
            yield line, f"{part} imports {imported}: time is handed in"
        if part in TIMELESS and imported.split(".")[0] == "asyncio":
            yield line, f"{part} imports asyncio: it is to be values in, values out"
    if part in PURE:
        yield from _impure(tree, part)


def _between_rooms(part: str, module: tuple[str, ...], imported: str, services: Path) -> Iterator[str]:
    rooms = ROOMS.get(part)
    if rooms is None or len(module) < 3 or module[2] == "__init__" or _part_of(imported, services) != part:
        return
    room, known = module[2], imported.split(".")[2:3]
    if room not in rooms:
        yield f"{part}.{room} has no place in the house: say in ROOMS what it may know"
    elif known and known[0] not in {room} | rooms[room]:
        yield f"{part}.{room} imports {part}.{known[0]}"


def _impure(tree: ast.AST, part: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and part in TIMELESS:
            yield node.lineno, f"{part} has an async function"
        # A clock or a door that is handed on uncalled is one too, so attributes count as calls do.
        if isinstance(node, ast.Attribute) and any(f".{ast.unparse(node)}".endswith(f".{clock}") for clock in CLOCKS):
            yield node.lineno, f"{part} uses {ast.unparse(node)}: time is handed in"
        called = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
        plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if called in OUTSIDE_CALLS and (plain or called in {"import_module", "uuid1", "uuid4"}):
            yield node.lineno, f"{part} calls {called}"


def _imports(tree: ast.AST, module: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Every imported name, dotted and absolute, at any depth of the code, type-checking blocks included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(module[: len(module) - node.level]) if node.level else ""
            base = ".".join(filter(None, (package, node.module)))
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def shared_names(root: Path) -> dict[str, list[str]]:
    """Names that two classes or type aliases below ``root`` have, with their files; ``_X`` counts as ``X``."""
    files: dict[str, list[str]] = {}
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        assigned = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
        names += [target.id for target in assigned if isinstance(target, ast.Name) and _is_camel_case(target.id)]
        for name in names:
            files.setdefault(name.lstrip("_"), []).append(path.relative_to(root).as_posix())
    return {name: where for name, where in files.items() if len(where) > 1}


def _is_camel_case(name: str) -> bool:
    bare = name.lstrip("_")
    return bare[:1].isupper() and not bare.isupper() and "_" not in bare


def _part_of(imported: str, services: Path) -> str:
    """Which part of newswire an imported name is of; '' for the package itself and for everybody else's."""
    top, _, rest = imported.partition(".")
    part = rest.split(".")[0]
    folder = services / "newswire"
    exists = part in MAY_IMPORT or (folder / part).is_dir() or (folder / f"{part}.py").exists()
    return part if top == "newswire" and part and exists else ""


def test_the_house_rules_hold():
    assert violations(ROOT) == []


def test_no_two_classes_share_a_name():
    assert shared_names(ROOT / "services" / "newswire") == {}


def test_a_name_that_two_classes_share_is_found(tmp_path):
    (tmp_path / "one.py").write_text("class Answer: ...\nclass Only: ...\nLIMIT = 1\nChoice = int | str")
    (tmp_path / "two.py").write_text("def f():\n    class _Answer: ...\nLIMIT = 1\nclass Choice: ...")
    assert shared_names(tmp_path) == {"Answer": ["one.py", "two.py"], "Choice": ["one.py", "two.py"]}


@pytest.mark.parametrize("layers", [MAY_IMPORT, *ROOMS.values()], ids=["newswire", *ROOMS])
def test_the_layers_have_no_cycle(layers):
    order: list[str] = []
    while len(order) < len(layers):
        free = [part for part, known in layers.items() if part not in order and known <= set(order)]
        assert free, f"a cycle among {sorted(set(layers) - set(order))}"
        order += free


def test_every_room_exists():
    folders = ROOT / "services" / "newswire"
    missing = [
        f"{part}/{room}"
        for part, rooms in ROOMS.items()
        for room in rooms
        if not (folders / part / room).is_dir() and not (folders / part / f"{room}.py").exists()
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("path", "source", "breach"),
    [
        ("services/__init__.py", "", "source root"),
        ("services/newswire/domain/x.py", "from services.newswire import events", "imports services"),
        ("tests/x.py", "import services.newswire", "imports services"),
        ("services/newswire/stages/x.py", "from newswire.adapters import http", "stages imports adapters"),
        ("services/newswire/stages/x.py", "from newswire import adapters", "stages imports adapters"),
        ("services/newswire/stages/deep/x.py", "from ...adapters import http", "stages imports adapters"),
        ("services/newswire/stages/x.py", "def f():\n    import newswire.assembly", "2: stages imports assembly"),
        ("services/newswire/stages/x.py", "from newswire import cli", "stages imports cli"),
        ("services/newswire/runtime/x.py", "from newswire.stages import poll", "runtime imports stages"),
        ("services/newswire/adapters/x.py", "from newswire.runtime import pool", "adapters imports runtime"),
        ("services/newswire/ports/x.py", "from newswire.parsing import feed", "ports imports parsing"),
        ("services/newswire/domain/x.py", "from newswire import ports", "domain imports ports"),
        ("services/newswire/events.py", "from newswire.errors import Stop", "events imports errors"),
        ("services/newswire/assembly/x.py", "from newswire.cli import main", "assembly imports cli"),
        ("services/newswire/operations/x.py", "from newswire.assembly import backends", "operations imports assembly"),
        ("services/newswire/domain/text/x.py", "from newswire.domain.urls import y", "domain.text imports domain.urls"),
        ("services/newswire/domain/attic/x.py", "from newswire.domain import urls", "domain.attic has no place"),
        ("services/newswire/attic.py", "", "newswire.attic has no place in the house"),
        ("services/newswire/domain/x.py", "import socket", "domain imports socket"),
        ("services/newswire/stages/x.py", "from urllib.request import urlopen", "stages imports urllib.request"),
        ("services/newswire/stages/x.py", "import sqlalchemy.ext.asyncio", "stages imports sqlalchemy"),
        ("services/newswire/parsing/x.py", "import asyncio", "parsing imports asyncio"),
        ("services/newswire/parsing/x.py", "data = open('x')", "parsing calls open"),
        ("services/newswire/domain/x.py", "import uuid\nuuid.uuid4()", "domain calls uuid4"),
        ("services/newswire/domain/x.py", "async def f(): ...", "domain has an async function"),
        ("services/newswire/domain/x.py", "import datetime as d\nd.datetime.now(d.UTC)", "time is handed in"),
        ("services/newswire/stages/x.py", "f(default=datetime.now)", "uses datetime.now"),
        ("services/newswire/stages/x.py", "import time\ntime.time()", "uses time.time"),
        ("services/newswire/stages/x.py", "from time import monotonic", "imports time.monotonic"),
        ("services/newswire/adapters/x.py", "\n" * 251, "251 lines"),
    ],
)
def test_a_planted_violation_is_found(tmp_path, path, source, breach):
    planted = tmp_path / path
    planted.parent.mkdir(parents=True)
    planted.write_text(source)
    (found,) = violations(tmp_path)
    assert found.startswith(path)
    assert breach in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("services/newswire/__init__.py", '__version__ = "1"'),
        ("services/newswire/adapters/x.py", "import socket, time\nfrom newswire import __version__\ntime.time()"),
        ("services/newswire/stages/x.py", "import asyncio\nfrom urllib.parse import urlsplit\nnow = clock.now()"),
        ("services/newswire/stages/poll/x.py", "from . import y\nfrom ..limits import z\nfrom ...ports import Bus"),
        ("services/newswire/parsing/x.py", "import io\nfrom time import struct_time\nparser.open()\nio.BytesIO(b'')"),
        ("services/newswire/cli/x.py", "import os\nfrom newswire.demo import server\n" + "\n" * 248),
    ],
)
def test_what_is_allowed_is_not_reported(tmp_path, path, source):
    allowed = tmp_path / path
    allowed.parent.mkdir(parents=True)
    allowed.write_text(source)
    assert violations(tmp_path) == []


def test_the_tree_in_contributing_is_the_tree_that_there_is():
    drawn = set[str]()
    part = ""
    for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        name = line.split(" ")[len(line) - len(line.lstrip(" "))] if line.startswith("  ") else ""
        if name.endswith("/") and not line.startswith("   "):
            part = name
            drawn.add(name)
        elif name.endswith("/") and line.startswith("    "):
            drawn.add(part + name)
    folders = ROOT / "services" / "newswire"
    there = {
        f"{package.parent.relative_to(folders).as_posix()}/"
        for package in folders.rglob("__init__.py")
        if 1 <= len(package.relative_to(folders).parts) - 1 <= 2
    }
    assert drawn == there - {"adapters/database/migrations/"}


def test_no_port_has_more_than_eight_methods():
    wide = []
    for path in sorted((ROOT / "services" / "newswire" / "ports").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases):
                methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
                wide += [f"{path.name}: {node.name} has {len(methods)} methods"] if len(methods) > 8 else []
    assert wide == []
