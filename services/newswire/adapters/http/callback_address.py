"""The address under which others reach us."""

from newswire.adapters.http.guard import refusal
from newswire.domain.urls.syntax import parse
from newswire.domain.websub.steps import callback_base
from newswire.errors import UsageError

_SETTING = "NEWSWIRE_WEBSUB__CALLBACK_URL"


def public_callback_base(address: str | None, *, allow_private: bool) -> str:
    """The address of the callbacks, ending in ``/``.

    Raises `UsageError` when there is none, or (unless ``allow_private``) one that nobody out there can call.
    """
    if address is None:
        raise UsageError(f"there is no address for hubs to call: set {_SETTING} to the public one of this service")
    try:
        base = callback_base(address)
    except ValueError as error:
        raise UsageError(f"{_SETTING}: {error}") from error
    url = parse(base)
    private = refusal(url.host.strip("[]")) is not None if url.is_ip else url.host == "localhost"
    if private and not allow_private:
        raise UsageError(f"{_SETTING}: no hub can reach {url.host}: name the address that this service has out there")
    return base
