"""pyproject.toml names everything that an installer without our lock has to install; see also `make check-install`."""

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "services" / "newswire"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DEPENDENCIES = [
    Requirement(line) for line in (*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra))
]
NAMED = {canonicalize_name(requirement.name) for requirement in DEPENDENCIES}
STANDARD = {*sys.stdlib_module_names, "compression", "newswire"}
"""What no distribution has to bring; ``compression`` is in the standard library from Python 3.14 on."""


def imported():
    """The top-level name of every module that the package imports, anywhere in its files."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Import():
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module.partition(".")[0]


@cache
def metadata(name):
    """The extras and the requirements of an installed distribution."""
    found = distribution(name)
    return found.metadata.get_all("Provides-Extra", []), [Requirement(line) for line in found.requires or ()]


def provided(name, extras, *, by_spelling):
    """Those of ``extras`` that the distribution has; ``by_spelling`` as pip before 23.3 compares, not by PEP 685."""
    offered, _ = metadata(name)
    if by_spelling:
        return extras & set(offered)
    return {extra for extra in extras if canonicalize_name(extra) in map(canonicalize_name, offered)}


def installed_by(requirements, *, by_spelling):
    """The names of all distributions that the requirements lead to on this Python, each with the extras it is given."""
    found = {}
    pending = [(requirement, frozenset()) for requirement in requirements]
    while pending:
        requirement, extras = pending.pop()
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            continue
        name = canonicalize_name(requirement.name)
        wanted = provided(name, requirement.extras, by_spelling=by_spelling) | {""}
        if name in found and wanted <= found[name]:
            continue
        found[name] = found.get(name, set()) | wanted
        pending += [(asked, frozenset(found[name])) for asked in metadata(name)[1]]
    return found


def test_every_module_that_newswire_imports_is_of_a_distribution_that_it_names():
    brought_by = packages_distributions()
    unnamed = {
        module
        for module in set(imported()) - STANDARD
        if not NAMED & {canonicalize_name(name) for name in brought_by.get(module, ())}
    }
    assert unnamed == set()


def test_an_installer_that_compares_extras_by_their_spelling_installs_nothing_less():
    """The metadata of lxml 6.1.3 says ``html-clean``, jusText asks for ``html_clean``: pip 23.2 warns and goes on."""
    assert installed_by(DEPENDENCIES, by_spelling=True).keys() == installed_by(DEPENDENCIES, by_spelling=False).keys()


def test_no_distribution_asks_another_one_for_an_extra_that_it_does_not_have():
    askers = [("newswire", {""}, DEPENDENCIES)]
    for name, extras in installed_by(DEPENDENCIES, by_spelling=False).items():
        askers.append((name, extras, metadata(name)[1]))
    missing = {
        f"{name} asks for {asked}"
        for name, extras, requirements in askers
        for asked in requirements
        if asked.extras
        and (not asked.marker or any(asked.marker.evaluate({"extra": extra}) for extra in extras))
        and provided(asked.name, asked.extras, by_spelling=False) != asked.extras
    }
    assert missing == set()


@pytest.mark.parametrize("requirement", DEPENDENCIES, ids=lambda requirement: requirement.name)
def test_every_dependency_says_the_lowest_version_that_works(requirement):
    assert any(specifier.operator == ">=" for specifier in requirement.specifier)
