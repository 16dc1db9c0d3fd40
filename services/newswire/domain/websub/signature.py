"""Whether a delivery is its hub's: X-Hub-Signature (WebSub §7.1), over the body as it came, piece by piece."""

import hmac
import re
from typing import Final, Literal

Signing = Literal["genuine", "unsigned", "forged"]

METHODS: Final = ("sha1", "sha256", "sha384", "sha512")
"""Those that WebSub §7.1.1 names. SHA-1 is weak and what most hubs sign with; as an HMAC it is not known to break."""

_SIGNATURE: Final = re.compile(r"\s*(\w+)=([0-9a-fA-F]+)\s*")


class SignatureCheck:
    """Takes a body in pieces, and tells at its end whether ``header`` signs it with ``secret``.

    Without a secret everything is genuine: its sender knew an address that nobody can guess.
    """

    def __init__(self, secret: str | None, header: str | None) -> None:
        """``header`` is X-Hub-Signature as it came, None where there was none."""
        self._secret, self._header = secret, header
        self._digest: hmac.HMAC | None = None
        self._claimed = ""
        said = _SIGNATURE.fullmatch(header or "")
        if secret is not None and said is not None and said[1].lower() in METHODS:
            self._digest = hmac.new(secret.encode(), digestmod=said[1].lower())
            self._claimed = said[2].lower()

    def update(self, piece: bytes) -> None:
        """The next piece of the body."""
        if self._digest is not None:
            self._digest.update(piece)

    def result(self) -> Signing:
        """What the whole body comes to."""
        if self._secret is None:
            return "genuine"
        if not self._header:
            return "unsigned"
        if self._digest is None:
            return "forged"
        return "genuine" if hmac.compare_digest(self._digest.hexdigest(), self._claimed) else "forged"
