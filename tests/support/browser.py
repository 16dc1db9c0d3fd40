"""Chromium for tests, and axe-core, the checker of accessibility."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from support.required import missing

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_AXE: Final = "axe-core@4.14.1"
_AXE_SHA256: Final = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
_KEPT: Final = Path(tempfile.gettempdir()) / f"newswire-{_AXE}.js"
_TIMEOUT_S: Final = 60


def chromium() -> str:
    """The path of Chromium: NEWSWIRE_TEST_CHROMIUM, or what the machine has. Skips where there is none."""
    named = os.environ.get("NEWSWIRE_TEST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        missing("Chromium", "install it (on Debian: chromium), or name it in NEWSWIRE_TEST_CHROMIUM")
    return found


def axe() -> str:
    """The script of axe-core. It comes through npm and is kept in the folder for temporary files. Skips without npm."""
    if not _right(_KEPT):
        if shutil.which("npm") is None:
            missing("axe", "npm is not installed")
        with tempfile.TemporaryDirectory() as folder:
            packed = subprocess.run(
                ["npm", "pack", _AXE, "--silent"], cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S
            )
            if packed.returncode:
                missing("axe", f"npm cannot get it: {packed.stderr[-300:]}")
            with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
                script = archive.extractfile("package/axe.min.js")
                assert script is not None
                _KEPT.write_bytes(script.read())
        assert _right(_KEPT), "npm gave another axe-core than the one that was asked for"
    return _KEPT.read_text(encoding="utf-8")


def _right(path: Path) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == _AXE_SHA256
