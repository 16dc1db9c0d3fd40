"""The base of all groups of settings."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_TEN_YEARS_S: Final = 315_360_000


def _within_ten_years(value: float) -> float:
    """``value``; with more than ten years moments would lie beyond what a date can hold."""
    if value > _TEN_YEARS_S:
        raise ValueError(f"is more than ten years, {_TEN_YEARS_S} seconds")
    return value


# No Field(le=…): pydantic keeps one of two upper bounds, and it would be this one.
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False), AfterValidator(_within_ten_years)]
Count = Annotated[int, Field(ge=1)]
Bytes = Annotated[int, Field(ge=10_000)]
"""The largest size of something that is read: below this no document of a real publisher would be read whole."""


class Group(BaseModel):
    """Settings that belong together, under one part of their variables' names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def parts(value: object) -> object:
    """The parts of a comma-separated text; any other value as it is."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value
