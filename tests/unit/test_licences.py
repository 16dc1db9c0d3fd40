"""The licences of what the image contains: newswire may be shipped with each, unchanged and with its text."""

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PERMISSIVE = frozenset(
    [
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "PSF-2.0"),
        *("Unlicense", "Zlib"),
    ]
)
"""SPDX identifiers. A package under one of these needs nobody's look."""
LOOKED_AT = {
    "certifi": ("MPL-2.0", "the list of authorities, unchanged; its source is the package itself"),
    "pebble": ("LGPL-3.0-or-later", "imported unchanged, and replaceable by installing another"),
    "tqdm": ("MPL-2.0 AND MIT", "of FastWARC's own command, unchanged; newswire does not import it"),
    "tld": ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", "taken under MPL-1.1, unchanged"),
}
"""Packages under other licences, each with the reason why it may stay."""
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
LOCKED = sorted(set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)))


def licence(name):
    """The SPDX expression of an installed package: by its metadata (PEP 639), else its classifier, else its text."""
    found = metadata.metadata(name)
    if expression := found.get("License-Expression"):
        return expression
    for classifier in found.get_all("Classifier", []):
        _, _, words = classifier.rpartition(" :: ")
        if words in CLASSIFIERS:
            return CLASSIFIERS[words]
    return found.get("License", "")


def allowed(expression):
    """Whether one may ship under the expression: under one of its alternatives (OR), all of whose parts are allowed."""
    alternatives = re.split(r"\s+OR\s+", expression.replace("(", " ").replace(")", " "))
    return any(all(part.strip() in PERMISSIVE for part in re.split(r"\s+AND\s+", one)) for one in alternatives)


@pytest.mark.parametrize("name", LOCKED)
def test_a_package_that_the_image_contains_is_under_a_licence_that_was_allowed(name):
    try:
        found = licence(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is for other systems than this one")
    if name in LOOKED_AT:
        assert found == LOOKED_AT[name][0], "its licence changed: look at it again"
    else:
        assert allowed(found), f"{name} is under {found or 'no licence that its metadata names'}: look at it"


def test_every_package_that_was_looked_at_is_still_there():
    assert set(LOOKED_AT) <= set(LOCKED)
    assert not any(allowed(expression) for expression, _ in LOOKED_AT.values())


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_an_unknown_or_copyleft_licence_is_not_allowed_by_itself(expression, may):
    assert allowed(expression) == may
