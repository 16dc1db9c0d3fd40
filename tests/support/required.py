"""A tool that is not installed here is a skip with its reason. A tool that is there and does not work is a failure."""

import os
from typing import NoReturn

import pytest


def missing(tool: str, reason: object) -> NoReturn:
    """Skip what needs ``tool``; fail it where NEWSWIRE_REQUIRE_<TOOL> is 1, as on a machine that has to have it."""
    variable = f"NEWSWIRE_REQUIRE_{tool.upper()}"
    if os.environ.get(variable) == "1":
        pytest.fail(f"{variable}=1, but there is no {tool}: {reason}")
    pytest.skip(f"no {tool}: {reason}")
