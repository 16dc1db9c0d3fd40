"""Find every regular expression of newswire, with the methods that the code calls on it.

The finder imports each module and walks the values in it. It knows no file name, so a file may move.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import newswire

NOT_IMPORTED = re.compile(r".*\.(?:__main__|migrations(?:\..+)?)")
"""A module that runs a program when it is imported, and Alembic's scripts: no text from the web reaches them."""
ONE_MATCH = frozenset({"match", "fullmatch", "search"})
ATTRIBUTES = frozenset({"pattern", "flags", "groups", "groupindex"})


@dataclass
class Found:
    """One pattern."""

    pattern: re.Pattern[Any]
    names: set[str] = field(default_factory=set)
    """Where it is kept, as ``module.name``."""
    methods: set[str] = field(default_factory=set)
    """What the code calls: names of `ONE_MATCH`, and ``finditer`` for each method that finds more than one match."""


def modules() -> Iterator[ModuleType]:
    """Every module of newswire."""
    yield newswire
    for info in pkgutil.walk_packages(newswire.__path__, "newswire."):
        if not NOT_IMPORTED.fullmatch(info.name):
            yield importlib.import_module(info.name)


def patterns() -> list[Found]:
    """Every pattern that a module, a class, a container or a default argument keeps."""
    found: dict[tuple[str | bytes, int], Found] = {}
    for module in modules():
        for name, value in vars(module).items():
            for pattern in patterns_in(value, module.__name__):
                entry = found.setdefault((pattern.pattern, pattern.flags), Found(pattern))
                entry.names.add(f"{module.__name__}.{name}")
                entry.methods |= methods_called(module, name) if pattern is value else {"match", "finditer"}
    for entry in found.values():
        entry.methods = entry.methods or {"match", "finditer"}
    return sorted(found.values(), key=lambda entry: min(entry.names))


def patterns_in(value: object, module: str, seen: set[int] | None = None) -> Iterator[re.Pattern[Any]]:
    """Every pattern in a value of a module, however deep in containers, classes, instances and functions it is."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    inner: list[object] = []
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        inner = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner = list(value)
    elif isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or () if cell != type(cell)()]
        inner = [value.__defaults__, value.__kwdefaults__, cells] if value.__module__ == module else []
    elif inspect.isclass(value):
        inner = list(vars(value).values()) if value.__module__ == module else []
    elif type(value).__module__ == module:
        slots = [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
        inner = [*getattr(value, "__dict__", {}).values(), *slots]
    for part in inner:
        yield from patterns_in(part, module, seen)


def tree(module: ModuleType) -> ast.Module:
    """The source of a module, each node with its ``parent``."""
    parsed = ast.parse(inspect.getsource(module) or "")
    for node in ast.walk(parsed):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]  # a note of ours on ast's node
    return parsed


def methods_called(module: ModuleType, name: str) -> set[str]:
    """The methods that a module calls on its pattern ``name``; every method when it hands the pattern on."""
    called: set[str] = set()
    for node in ast.walk(tree(module)):
        if not (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)):
            continue
        parent = node.parent
        if isinstance(parent, ast.Attribute) and parent.attr in ATTRIBUTES:
            continue
        if isinstance(parent, ast.Attribute) and isinstance(call := parent.parent, ast.Call):
            from_a_place = len(call.args) > 1 or call.keywords
            called.add(parent.attr if parent.attr in ONE_MATCH and not from_a_place else "finditer")
        else:
            called |= {"match", "finditer"}
    return called


def hidden_patterns(module: ModuleType) -> list[str]:
    """The calls that make or use a pattern out of the finder's sight: in a function, or without a pattern's name."""
    hidden = []
    for node in ast.walk(tree(module)):
        match node:
            case ast.ImportFrom(module="re" | "regex") | ast.Import(names=[ast.alias(name="regex"), *_]):
                hidden.append(node)
            case ast.Import(names=[ast.alias(name="re", asname=str()), *_]):
                hidden.append(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile")):
                if not kept(node, module):
                    hidden.append(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=method)) if method != "escape":
                first = node.args[0] if node.args else None
                if not (isinstance(first, ast.Name) and isinstance(vars(module).get(first.id), re.Pattern)):
                    hidden.append(node)
    return [f"{module.__name__}:{node.lineno}" for node in hidden]


def kept(call: ast.AST, module: ModuleType) -> bool:
    """Whether a compiled pattern ends in a name of the module or of one of its classes, where the finder sees it."""
    node = call
    while not isinstance(node, ast.Assign | ast.AnnAssign):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module):
            return False
        node = node.parent
    if isinstance(node.parent, ast.ClassDef):
        return isinstance(node.parent.parent, ast.Module)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return isinstance(node.parent, ast.Module) and any(
        any(True for _ in patterns_in(vars(module)[name], module.__name__)) for name in names
    )
