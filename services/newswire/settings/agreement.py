"""Which of Kafka's settings go together: each is held against those that stand before it in its group."""

from collections.abc import Mapping
from typing import Any, Final

_KAFKA: Final = "NEWSWIRE_KAFKA__"
_WITH_USER: Final = frozenset({"SASL_PLAINTEXT", "SASL_SSL"})
_ENCRYPTED: Final = frozenset({"SSL", "SASL_SSL"})


def disagreement(name: str, value: object, before: Mapping[str, Any]) -> str | None:
    """The fault of one setting, given the settings before it; None when it has none.

    A security setting that its protocol has no use for is an error: an operator would believe that it protects.
    One of those before that was refused itself is not in ``before``, and nothing is held against it.
    """
    protocol = before.get("security_protocol")
    match name:
        case "min_insync":
            copies = before.get("replication")
            if isinstance(value, int) and copies is not None and value > copies:
                return f"{value} is more than the copies there are: {_KAFKA}REPLICATION is {copies}"
        case "sasl_username" | "sasl_password":
            if value is None and protocol in _WITH_USER:
                return f"has to be set with {_KAFKA}SECURITY_PROTOCOL={protocol}"
            return _unused(value, protocol, _WITH_USER)
        case "ssl_ca_file" | "ssl_certificate_file":
            return _unused(value, protocol, _ENCRYPTED)
        case "ssl_key_file" | "ssl_key_password":
            if value is not None and before.get("ssl_certificate_file", value) is None:
                return f"has no use without {_KAFKA}SSL_CERTIFICATE_FILE"
    return None


def _unused(value: object, protocol: str | None, protocols: frozenset[str]) -> str | None:
    if value is None or protocol is None or protocol in protocols:
        return None
    return f"has no use with {_KAFKA}SECURITY_PROTOCOL={protocol}: is SASL_SSL meant?"
