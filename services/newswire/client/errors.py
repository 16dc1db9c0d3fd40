"""Errors of the client."""


class WireRefused(Exception):  # noqa: N818  # named by what happened
    """The request is refused, and a second try would not help. The message says what to do."""


class CursorLost(WireRefused):
    """A reader that continued from this cursor could miss changes.

    First decide about the changes that may be missing (for example, read `/v1/articles` again). Then begin anew at
    ``floor`` or at ``head``.
    """

    def __init__(self, message: str, *, floor: str, head: str) -> None:
        """``floor`` is the oldest cursor that can be used, ``head`` the newest."""
        super().__init__(message)
        self.floor = floor
        self.head = head


class WireAway(Exception):  # noqa: N818  # named by what happened
    """The wire does not answer now. `changes` and `batches` wait and try again; `search` raises it."""

    def __init__(self, message: str, *, again_s: float | None = None) -> None:
        """``again_s`` is when the server wants to be asked again, in seconds."""
        super().__init__(message)
        self.again_s = again_s
