"""The base of all groups of settings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class Group(BaseModel):
    """Settings that belong together, under one part of their variables' names."""

    model_config = ConfigDict(frozen=True, extra="forbid")
