"""Whether other users of the machine can read the secrets in the database."""

from pathlib import Path

from newswire.settings import Settings


def readable_by_others(settings: Settings) -> str | None:
    """A warning where the database file, in which secrets lie as they are, can be read by other users."""
    url = settings.store.get_secret_value()
    if not url.startswith("sqlite:///"):
        return None
    path = Path(url.removeprefix("sqlite:///"))
    if not path.exists() or not path.stat().st_mode & 0o077:
        return None
    return f"{path} can be read by other users of this machine, and the secret lies in it as it is: chmod 600 {path}*"
