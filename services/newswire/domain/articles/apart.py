"""The bytes of a change whose article stands apart from it, and the same bytes made whole again.

The store keeps an article's text once, in its revisions. A change keeps its bytes with ``null`` for the article. jsonb
of Postgres keeps neither the order of fields nor how a number was written (PostgreSQL 18 documentation, 8.14), so the
order comes from the models of the contract. A field that a row does not have stays away: an article of an earlier
release gets none of the fields that were added since.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import to_json

from newswire.events import Article

_FIELD: Final = b'"article":'
"""Ids, numbers and times alone come before it in an event, and no text holds it: JSON escapes the quotes of texts."""
_APART: Final = _FIELD + b"null"


def as_kept(article: Article) -> dict[str, Any]:
    """The JSON object of an article as a database gives it back, be it JSON or jsonb there."""
    kept: dict[str, Any] = json.loads(to_json(article), parse_float=_as_numeric)
    return kept


def without_article(value: bytes, article: Mapping[str, Any]) -> bytes | None:
    """The change's bytes with ``null`` for its article, which a database gives back as ``article``.

    None where `with_article` would not give ``value`` back: the change then has to be kept whole.
    """
    said = to_json(_ordered(article, _ARTICLE))
    begins = value.find(_FIELD) + len(_FIELD)
    if not value.startswith(said, begins):
        return None
    return b"".join((value[:begins], b"null", value[begins + len(said) :]))


def with_article(kept: bytes, article: Mapping[str, Any]) -> bytes:
    """The whole bytes of a change, from what `without_article` gave and the JSON object of its article."""
    return kept.replace(_APART, _FIELD + to_json(_ordered(article, _ARTICLE)), 1)


@dataclass(frozen=True, slots=True)
class _Order:
    """The fields of a model in their order, and the order within those that are models themselves."""

    fields: tuple[str, ...]
    parts: tuple[tuple[str, "_Order"], ...]


def _order_of(model: type[BaseModel]) -> _Order:
    inner = {name: _model_in(field.annotation) for name, field in model.model_fields.items()}
    return _Order(tuple(inner), tuple((name, _order_of(part)) for name, part in inner.items() if part))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field: the annotation itself, one that may be None, or that of a tuple's items."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)


_ARTICLE: Final = _order_of(Article)


def _ordered(said: Any, order: _Order) -> Any:
    """A JSON object, or each of a list, with its fields in the order; fields of a later release come last."""
    if isinstance(said, list):
        return [_ordered(each, order) for each in said]
    if said is None:
        return None
    made = {name: said[name] for name in order.fields if name in said}
    for name, part in order.parts:
        if made.get(name):
            made[name] = _ordered(made[name], part)
    return made if len(made) == len(said) else {**made, **{name: said[name] for name in said if name not in made}}


def _as_numeric(written: str) -> float | int:
    """A number as it comes back from jsonb, which has no exponent and no negative zero."""
    plain = format(Decimal(written), "f")
    return float(plain) + 0.0 if "." in plain else int(plain)
