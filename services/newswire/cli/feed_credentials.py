"""The options of newswire feeds set about credentials, and the secret headers that they mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from newswire.cli.secrets import secret
from newswire.domain.feeds.credentials import SecretHeader, basic, secret_header
from newswire.errors import UsageError

User = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Log in to the feed's server with this name (HTTP Basic). The password is asked for, or read from stdin.",
    ),
]
PasswordFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The password is the first line of this file; - is stdin.")
]
Headers = Annotated[
    list[str] | None,
    typer.Option(
        "--header",
        metavar="NAME[: VALUE]",
        help="Send the feed's server this header; may be given again. Without a value it is asked for, "
        "which keeps it out of the process list.",
    ),
]
NoCredentials = Annotated[bool, typer.Option("--no-credentials", help="Forget the login and the headers.")]
OverHttp = Annotated[
    bool, typer.Option("--over-http", help="Send them over http too, where everybody on the way can read them.")
]


def asked_for(user: str | None, password_file: Path | None, headers: Sequence[str]) -> list[SecretHeader]:
    """The headers that the command line names. Asks for each secret; raises `UsageError`."""
    if password_file is not None and user is None:
        raise UsageError("--password-file goes with --user")
    try:
        found = [basic(user, secret(f"Password of {user}", password_file))] if user is not None else []
        for header in headers:
            name, colon, value = header.partition(":")
            found.append(secret_header(name.strip(), value.strip() if colon else secret(f"Value of {name.strip()}")))
    except ValueError as error:
        raise UsageError(str(error)) from error
    return found
