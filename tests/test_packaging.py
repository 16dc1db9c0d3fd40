"""The wheel holds the package, all of it, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from newswire import __version__

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "services" / "newswire"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def in_wheel(wheel, top):
    return {name for name in wheel.namelist() if name.startswith(f"{top}/")}


def test_the_wheel_installs_one_package_and_its_metadata_alone(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"newswire", f"newswire-{__version__}.dist-info"}


def test_the_wheel_holds_every_file_of_the_package(wheel):
    source = {
        f"newswire/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert in_wheel(wheel, "newswire") == source


def test_the_wheel_holds_what_is_not_code_but_needed_at_run_time(wheel):
    names = in_wheel(wheel, "newswire")
    assert "newswire/py.typed" in names
    assert any(
        name.startswith("newswire/adapters/database/migrations/versions/") and name.endswith(".py") for name in names
    )
    console = {path.partition("console/")[2] for path in names if path.startswith("newswire/serve/console/")}
    assert {"templates/wire.html", "static/base.css", "static/live.js", "static/icon.svg"} <= console
    assert any(name.startswith("newswire/demo/") and not name.endswith(".py") for name in names)


def test_the_metadata_names_the_command_the_licence_and_the_python(wheel):
    info = f"newswire-{__version__}.dist-info"
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "Apache License" in wheel.read(f"{info}/licenses/LICENSE").decode()
    assert "newswire = newswire.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()
