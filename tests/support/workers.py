"""Workers without processes, for tests whose subject is something else."""

from collections.abc import Callable
from typing import Any

from newswire.errors import NewswireError, Reject


class Inline:
    """Implements `newswire.ports.Workers` in this process; nothing is ever killed."""

    def __init__(self) -> None:
        self.calls: list[Callable[..., Any]] = []
        """Every function that was called."""

    async def run(self, function: Callable[..., Any], *args: object, deadline_s: float) -> Any:
        self.calls.append(function)
        try:
            return function(*args)
        except NewswireError:
            raise
        except Exception as error:
            raise Reject("extraction-error", f"{type(error).__name__}: {error}") from error
