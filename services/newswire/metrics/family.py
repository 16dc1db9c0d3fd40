"""Declares a metric once, with its name, labels, stages and description."""

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from prometheus_client import Counter, Histogram, Info, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase

M = TypeVar("M", bound=MetricWrapperBase)

_SUFFIXES: Final[dict[type[MetricWrapperBase], str]] = {Counter: "_total", Info: "_info"}
"""The suffix that prometheus-client adds to an exposed name."""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric, described."""

    name: str
    """As it is exposed; a histogram's samples end in ``_bucket``, ``_sum`` and ``_count`` beside that."""
    kind: str
    labels: tuple[str, ...]
    values: tuple[str, ...]
    """The values of its only label, where they are known beforehand.

    A counter or histogram exposes them from the start: Prometheus sees no increase in a series that begins at 1.
    """
    stages: tuple[str, ...]
    """The stages that expose it; no other does."""
    description: str
    metric: MetricWrapperBase


FAMILIES: Final[list[Family]] = []

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library types it not; a second series beside every counter, which nobody asks for


def declare(
    kind: type[M],
    name: str,
    description: str,
    *labels: str,
    of: tuple[str, ...],
    values: tuple[str, ...] = (),
    **more: Any,
) -> M:
    """A new metric that the stages in ``of`` know; ``labels`` and ``values`` are `Family`'s."""
    metric = kind(name, description, labels, registry=None, **more)
    for value in values if kind in {Counter, Histogram} else ():
        metric.labels(value)
    exposed = name + _SUFFIXES.get(kind, "")
    FAMILIES.append(Family(exposed, kind.__name__.lower(), labels, values, of, description, metric))
    return metric
