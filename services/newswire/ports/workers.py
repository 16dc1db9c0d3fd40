"""Work that computes, out of the event loop's way."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Workers(Protocol):
    """Killable processes: a hostile page costs that page, not the service."""

    async def run(self, function: Callable[..., T], *args: object, deadline_s: float) -> T:
        """Call ``function``, which a new process can import, with ``args``, and give back what it returns.

        A `NewswireError` that it raises is raised here too. Raises `Reject` when the process had to be
        killed (``too-slow``, ``too-big``), died (``crashed``) or the function raised something else
        (``extraction-error``).
        """
        ...
