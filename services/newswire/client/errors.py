"""Why following ends, or waits."""


class WireRefused(Exception):  # noqa: N818  # named by what happened
    """The wire cannot give what was asked for; the message says what to do. No second try would help."""


class CursorLost(WireRefused):
    """Nobody can go on from this cursor without missing something.

    Decide what to do about what may be missing (read `/v1/articles` again, for example), then begin anew at ``floor``,
    or at ``head``.
    """

    def __init__(self, message: str, *, floor: str, head: str) -> None:
        """``floor`` is the oldest cursor that can be used, ``head`` the newest."""
        super().__init__(message)
        self.floor = floor
        self.head = head


class WireAway(Exception):  # noqa: N818  # named by what happened
    """The wire does not answer just now. Following waits and tries again; nobody sees this error."""

    def __init__(self, message: str, *, again_s: float | None = None) -> None:
        """``again_s`` is when the server wants to be asked again, in seconds."""
        super().__init__(message)
        self.again_s = again_s
