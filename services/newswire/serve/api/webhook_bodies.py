"""The bodies of requests about webhooks, as models that refuse unknown members."""

from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import from_json

from newswire.domain.wire.filters import WireKind
from newswire.domain.wire.refusals import Impossible
from newswire.operations.webhooks.manage import WebhookEdit, WebhookWish
from newswire.serve.api.bodies import read_bounded
from newswire.serve.api.parameter_types import FieldName, split_values
from newswire.serve.api.parameters import LISTS, Chosen, Parameters, WireList

MOST_BODY: Final = 65_536
"""Bytes of a body."""
_CONDITIONS: Final = {"kind": "kinds", "source": "sources", "feed": "feeds", "language": "languages"}
"""The conditions of a filter that have another name in `WireFilter`."""

_B = TypeVar("_B", bound=Parameters)

Target = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="The address that events are posted to.",
        examples=["https://desk.example.org/newswire"],
    ),
]
Label = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="A name for people.")]


class NewWebhook(WireList):
    """A new webhook: where it leads, which events it gets, where it begins."""

    url: Target
    name: Label = ""

    @property
    def wish(self) -> WebhookWish:
        """The operation's own value."""
        return WebhookWish(self.url, self.name, self.wanted, frozenset(self.fields), self.after)


class WebhookChanges(Chosen):
    """Changes of a webhook: a member that is left out stays as it is."""

    url: Target | None = None
    name: Label | None = None
    enabled: bool | None = Field(default=None, description="`true` goes on from the cursor, `false` stops.")
    kind: Annotated[list[WireKind], BeforeValidator(split_values)] = Field(default=[], description="Empty takes all.")
    duplicates: Literal["all", "none"] = Field(default="all", description="`none` leaves duplicates out.")
    fields: Annotated[list[FieldName], BeforeValidator(split_values)] = Field(
        default=[], description="Fields of articles; empty for `url` and `title`."
    )

    @property
    def edit(self) -> WebhookEdit:
        """The operation's own value."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        rest = {name: given.pop(name) for name in ("url", "name", "enabled", "fields") if name in given}
        if "fields" in rest:
            rest["fields"] = frozenset(rest["fields"])
        conditions: dict[str, Any] = {
            _CONDITIONS.get(name, name): frozenset(value) if name in LISTS else value for name, value in given.items()
        }
        return WebhookEdit(**rest, conditions=conditions)


class SecretRotation(Parameters):
    """The replacement of a secret."""

    overlap_hours: float = Field(
        default=24, ge=0, le=720, allow_inf_nan=False, description="Hours in which the old secret signs as well."
    )


class WebhookReplay(Parameters):
    """The place from which events are delivered again."""

    after: str = Field(max_length=80, description="A cursor, or `start`, or `now`.", examples=["3f9c21aa.17"])


async def read_body(request: Request, model: type[_B]) -> _B:
    """The body of a request as ``model``; no body is an empty object.

    Raises `Impossible` for a body that is not JSON, `TooLarge`, and what becomes a problem that names each member.
    """
    body = await read_bounded(request, MOST_BODY)
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Impossible("request", "send the body as Content-Type: application/json")
    try:
        from_json(body or b"{}")  # its error says in words where the body is no JSON
        # Strict: a text is no number and false is no 0, which would end an old secret at once.
        return model.model_validate_json(body or b"{}", strict=True)
    except ValidationError as error:
        raise RequestValidationError(
            error.errors(include_url=False, include_context=False, include_input=False)
        ) from None
    except ValueError as error:
        raise Impossible("request", f"the body is not JSON: {error}") from None
