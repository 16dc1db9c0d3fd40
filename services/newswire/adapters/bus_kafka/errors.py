"""Translates an error of the client: wait, or report to the operator."""

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IncompatibleBrokerVersion,
    InvalidSessionTimeoutError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedVersionError,
)

from newswire.errors import NewswireError, UsageError, Wait


def translated(error: Exception, doing: str) -> NewswireError:
    """Our error for one of aiokafka's, or of the network, that came while ``doing``: to be raised from it.

    Everything that no operator has to mend is a `Wait`: the client that it came from is given up, and the next one
    may fare better. So is UnknownTopicOrPartitionError, which is said of every topic while a broker is away or has
    just started; that a topic does not exist is found out by `clients.require`.
    """
    match error:
        case ClusterAuthorizationFailedError() | GroupAuthorizationFailedError() | TopicAuthorizationFailedError():
            return UsageError(f"{doing}: Kafka does not allow this user to do that ({error}): grant it by an ACL")
        case InvalidTopicError():
            return UsageError(f"{doing}: Kafka knows no such topic ({error}): run 'newswire topics ensure'")
        case MessageSizeTooLargeError():
            return UsageError(
                f"{doing}: the topic takes smaller messages than newswire makes ({error}): run 'newswire topics ensure'"
            )
        case InvalidSessionTimeoutError():
            return UsageError(
                f"{doing}: the brokers do not allow NEWSWIRE_KAFKA__SESSION_TIMEOUT_S to be what it is "
                "(their group.min.session.timeout.ms and group.max.session.timeout.ms)"
            )
        case IncompatibleBrokerVersion() | UnsupportedVersionError():
            return UsageError(f"{doing}: these brokers are too old ({error}): newswire needs Kafka 4")
        case _:
            return Wait(f"{doing}: {str(error) or type(error).__name__}", dependency="kafka")
