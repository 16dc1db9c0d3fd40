"""``make check-install``: the wheel, installed without the lock, starts and runs `newswire demo`.

For each Python it is installed twice, each time into a new environment: with the newest version of every dependency,
by the pip that this Python brings along, as most people install it; and with the lowest versions that pyproject.toml
allows, which uv resolves. Needs a package registry, so it is no part of `make test`; `tests/unit/test_dependencies.py`
guards without one what this check found first.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
OLDEST = (3, 11)
INSTALL_S = 900.0
DEMO_S = 600.0
IMPORT_ALL = (
    "import importlib, pkgutil, newswire\n"
    "for found in pkgutil.walk_packages(newswire.__path__, 'newswire.'):\n"
    "    if not found.name.endswith('__main__') and '.migrations.' not in found.name:\n"
    "        importlib.import_module(found.name)\n"
)
"""Every module but those that do something when imported: `newswire demo` needs neither Kafka nor the health port."""


class FailedError(Exception):
    """One of the commands failed; its output says why."""


def main(names: Sequence[str]) -> int:
    """Check the wheel with each Python of ``names``, commands or paths; those missing or too old are passed over."""
    failures = 0
    with tempfile.TemporaryDirectory(prefix="newswire-unlocked-") as temporary:
        folder = Path(temporary)
        wheel = built(folder)
        pythons = dict(usable(names))
        if not pythons:
            print(f"none of these is Python 3.11 or later: {' '.join(names)}", file=sys.stderr)
            return 1
        for version, python in pythons.items():
            for end, install in (("newest", install_newest), ("lowest", install_lowest)):
                environment = folder / f"{version}-{end}"
                try:
                    install(python, environment, wheel)
                    starts(environment)
                except FailedError as failure:
                    failures += 1
                    print(f"Python {version}, {end} versions: FAILED\n{failure}", flush=True)
                else:
                    print(f"Python {version}, {end} versions: the books of the demo balance", flush=True)
    return min(failures, 1)


def built(folder: Path) -> Path:
    """Build the wheel of this working copy into ``folder``."""
    run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)], INSTALL_S)
    (wheel,) = folder.glob("*.whl")
    return wheel


def usable(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The version and the path of each Python that can be started and is recent enough."""
    ask = "import sys, ensurepip, venv; print('%d.%d.%d' % sys.version_info[:3], sys.executable)"
    for name in names:
        try:
            version, python = run([name, "-c", ask], DEMO_S).split(maxsplit=1)
        except FailedError:
            continue
        if tuple(map(int, version.split(".")[:2])) >= OLDEST:
            yield version, python.strip()


def install_newest(python: str, environment: Path, wheel: Path) -> None:
    """Install into a new environment what this Python's own pip resolves today."""
    run([python, "-m", "venv", str(environment)], INSTALL_S)
    run([str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", f"{wheel}[archive]"], INSTALL_S)


def install_lowest(python: str, environment: Path, wheel: Path) -> None:
    """Install into a new environment the lowest versions of the dependencies that pyproject.toml names."""
    uv = [sys.executable, "-m", "uv"]
    run([*uv, "venv", "--quiet", "--python", python, str(environment)], INSTALL_S)
    install = [*uv, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python")]
    run(
        [
            *install,
            "--resolution",
            "lowest-direct",
            "--extra",
            "archive",
            "--requirements",
            str(ROOT / "pyproject.toml"),
        ],
        INSTALL_S,
    )
    run([*install, "--no-deps", str(wheel)], INSTALL_S)


def starts(environment: Path) -> None:
    """Import every module of the installed package, then run the demo, which fails unless its books balance."""
    run([str(environment / "bin" / "python"), "-I", "-c", IMPORT_ALL], DEMO_S)
    run([str(environment / "bin" / "newswire"), "demo"], DEMO_S)


def run(command: Sequence[str], within_s: float) -> str:
    """Run one command outside this working copy, without newswire's settings; return its stdout.

    Raises:
        FailedError: the command is missing, took too long or ended with another exit code than 0.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSWIRE_", "PYTHON"))}
    where = ROOT if "hatchling" in command else Path(tempfile.gettempdir())
    try:
        done = subprocess.run(
            command, cwd=where, env=inherited, capture_output=True, text=True, timeout=within_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FailedError(f"{' '.join(command)}: {error}") from error
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise FailedError(f"{' '.join(command)} exited with {done.returncode}:\n{said}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
