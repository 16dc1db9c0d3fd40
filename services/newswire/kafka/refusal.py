"""Tell brokers that are away from brokers that refuse us.

aiokafka says "unable to bootstrap" in both cases, and retries for ever even where no patience helps: a wrong password,
a certificate that is not trusted. So code that could not start a client asks here for the reason.
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.conn import create_conn
from aiokafka.errors import IllegalSaslStateError, KafkaError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from aiokafka.protocol.metadata import MetadataRequest

_TLS_ALERT: Final = 0x15030300
"""The first bytes of a TLS alert (RFC 8446 §5.1), read as the length of an answer."""
_CUT_OFF: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
"""These TLS errors say only that the other end has closed the connection."""
_OF_CONNECTION: Final = ("security_protocol", "ssl_context", "sasl_")
"""What the arguments begin with that a mere connection takes too."""


@dataclass(frozen=True, slots=True)
class KafkaNames:
    """The names under which somebody gives the arguments about security."""

    protocol: str
    mechanism: str
    user: str
    password: str
    authorities: str
    certificate: str


async def refusal(
    servers: Sequence[str], arguments: Mapping[str, Any], names: KafkaNames, *, timeout_s: float = 5.0
) -> str | None:
    """Why a broker among ``servers`` (``host:port``) refuses us, in words with these names; None when none does.

    ``arguments`` are those of a client of aiokafka. Returns within ``timeout_s`` seconds.
    """
    own = {name: value for name, value in arguments.items() if name.startswith(_OF_CONNECTION)}
    for server in servers:
        host, _, port = server.rpartition(":")
        try:
            async with asyncio.timeout(timeout_s / len(servers)):
                connection = await create_conn(host, int(port), **own)
                try:
                    await connection.send(MetadataRequest([]))
                finally:
                    connection.close()
        except (OSError, KafkaError) as error:  # a TimeoutError is an OSError
            if told := _told(error, own, names):
                return f"Kafka at {server} {told}"
        else:
            return None
    return None


def _told(error: Exception, arguments: Mapping[str, Any], names: KafkaNames) -> str | None:
    protocol = f"{names.protocol}={arguments.get('security_protocol', 'PLAINTEXT')}"
    cause = error.__cause__ if isinstance(error, KafkaError) else None
    told: str | None = None
    match cause or error:
        case SaslAuthenticationFailed(args=said):
            told = f"does not accept {names.user} with {names.password}: {' '.join(map(str, said))}"
        case UnsupportedSaslMechanismError():
            told = f"does not know {names.mechanism}={arguments.get('sasl_mechanism', 'PLAIN')}"
        case IllegalSaslStateError():
            told = f"asks nobody for a user there: {protocol} is not what it speaks"
        case ssl.SSLCertVerificationError(verify_message=said):
            told = f"shows a certificate that is not trusted ({said}): see {names.authorities}"
        case ssl.SSLError(reason=said) as tls if not isinstance(tls, _CUT_OFF):
            told = f"does not accept our side of TLS ({said}): see {names.certificate}"
        case asyncio.IncompleteReadError(expected=expected) if expected == _TLS_ALERT:
            told = f"speaks TLS: {protocol} is not what it speaks"
    return told
