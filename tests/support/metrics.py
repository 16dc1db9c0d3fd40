"""Metrics as somebody who scrapes them reads them."""

from prometheus_client.parser import text_string_to_metric_families

from newswire import metrics

STAGES = ("poll", "extract", "store", "drift", "websub", "webhooks")

Samples = dict[tuple[str, ...], float]


def parsed(text: str) -> Samples:
    """An exposition's samples by name and label values, these sorted."""
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def samples(*stages: str) -> Samples:
    """What this process exposes as one that runs these stages, by default all."""
    return parsed(metrics.text(metrics.exposed(stages or STAGES)).decode())


class Moved:
    """How much has been counted since this was made: other tests count in this process too."""

    def __init__(self) -> None:
        self._before = samples()

    def by(self, name: str, *labels: str) -> float:
        """To a microsecond: a difference of two sums of floats is not the exact addend."""
        key = (name, *sorted(labels))
        return round(samples().get(key, 0) - self._before.get(key, 0), 6)
