"""Credentials for one feed: headers that are secret, and the one origin that they are for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that no message, log line or representation of a value may show."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SecretHeader:
    """One header of a request, e.g. ``Authorization``."""

    name: str
    value: Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """The headers that a feed's server wants to see."""

    origin: str
    """Scheme, host and port (RFC 6454 §4) of the feed: nobody else is sent them."""
    headers: tuple[SecretHeader, ...]
    unencrypted: bool = False
    """The operator insists that they are sent over http too."""

    def meant_for(self, origin: str) -> bool:
        """Whether a request to ``origin`` may carry them."""
        return origin == self.origin and (self.unencrypted or origin.startswith("https://"))
