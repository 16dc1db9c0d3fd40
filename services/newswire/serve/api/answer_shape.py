"""One operation in the OpenAPI document, besides its parameters."""

from dataclasses import dataclass

from pydantic import BaseModel

from newswire.events import Value


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """What one path takes as its body, and what it answers."""

    description: str
    model: type[Value] | None = None
    media_type: str = "application/json"
    status: int = 200
    body: type[BaseModel] | None = None
    body_needed: bool = False
