"""Errors, classed by what to do about them.

::

    NewswireError
    ├── Wait              a dependency (broker, database) is away: wait in place, never dead-letter
    ├── Retry             this record failed for a passing reason: try again later
    │   └── (reason, retry_after)
    ├── Reject            this record can never be used: dead-letter it now
    │   └── InvalidRecord     its bytes are not what its topic promises
    ├── StaleAssignment   a partition was taken away: drop the work, it will be redelivered
    ├── Stop              going on would do harm: end the process
    └── UsageError        the operator asked for something impossible; the message says what to do
"""

from typing import Any, Literal

Dependency = Literal["kafka", "database", "archive", "newswire"]
"""What a `Wait` waits for; ``newswire`` is this process itself, e.g. its worker processes."""


class NewswireError(Exception):
    """The root of every error that newswire raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its state: exceptions are otherwise rebuilt by calling their class with ``args`` alone."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[NewswireError], args: tuple[object, ...], state: dict[str, object]) -> NewswireError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class Wait(NewswireError):  # noqa: N818  # named by what to do about it
    """A dependency is away. The work waits in place and is tried again; nothing is dead-lettered."""

    def __init__(self, message: str, *, dependency: Dependency = "newswire") -> None:
        """``dependency`` is what is away, for the log."""
        super().__init__(message)
        self.dependency = dependency


class Retry(NewswireError):  # noqa: N818  # named by what to do about it
    """One record failed for a reason that may pass: a timeout, a 5xx, a 429."""

    def __init__(self, reason: str, message: str, *, retry_after_s: float | None = None) -> None:
        """``reason`` is a short word for counting; ``retry_after_s`` what the server asked for, in seconds."""
        super().__init__(message)
        self.reason = reason
        self.retry_after_s = retry_after_s


class Reject(NewswireError):  # noqa: N818  # named by what to do about it
    """One record can never be used: a 404, not an article, a refused address."""

    def __init__(self, reason: str, message: str) -> None:
        """``reason`` is a short word for counting, e.g. ``http-404``."""
        super().__init__(message)
        self.reason = reason


class InvalidRecord(Reject):
    """A record's bytes are not what its topic promises."""

    def __init__(self, message: str) -> None:
        """The reason is always ``invalid-record``."""
        super().__init__("invalid-record", message)


class StaleAssignment(NewswireError):  # noqa: N818  # named by what to do about it
    """A partition was taken away meanwhile. Its uncommitted records will be delivered again."""


class Stop(NewswireError):  # noqa: N818  # named by what to do about it
    """Going on would do harm; the process ends and says why."""


class UsageError(NewswireError):
    """The operator asked for something impossible. The message says what to do instead."""
