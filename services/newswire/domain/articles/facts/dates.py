"""When the article was published and last changed: one decision over all claims of dates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.facts.claim import Claim, Decision, LostClaim, together
from newswire.domain.clock_skew import lies_in_the_future
from newswire.events import Dated

SURE_ENOUGH: Final = 0.4
"""Below this confidence there is no date: a wrong one is worse than none. The claims are kept."""
_KIND: Final = {
    "time": "visible", "dateline": "visible", "line": "visible", "search": "visible", "wide search": "visible",
    "json-ld created": "json-ld", "json-ld page": "json-ld",
}  # fmt: skip
"""Sources that read one statement in several ways count once."""
_SAME: Final = timedelta(days=1)
"""Claims less than this apart are one date: a day is midnight UTC of a day that began elsewhere."""
_MINUTE: Final = timedelta(minutes=1)
_VISIBLE: Final = frozenset({"time", "dateline", "line"})
_SHOWN: Final = _VISIBLE | {"url"}
"""Sources of a day that readers see."""
_WEST, _EAST = timedelta(hours=8), timedelta(hours=3)
"""How far from UTC a clock is supposed to be where only the day that the page shows tells it."""
_SEARCHED: Final = frozenset({"search", "wide search"})
"""Sources that take any date of the text: one that the page states as its last change is no publication."""
_DOUBTED: Final = 0.5
"""What is left of the confidence in a publication behind, or found as, the page's own last change."""


def decide_published(
    claims: Sequence[Claim[Dated]], changes: Sequence[Claim[Dated]] = (), now: datetime | None = None
) -> Decision[Dated]:
    """The publication date that is believed; None where no claim is sure enough.

    Claims of one day support each other. Of the claims of the best day the surest gives the value, but a claim with
    the time of day is better than one with the day alone, and one that names the zone than one in UTC. A date in the
    future (``now`` given) loses, and a publication after the last change that the same source states is doubted.
    """
    possible = [claim for claim in claims if now is None or not lies_in_the_future(claim.value.value, now)]
    lost = [LostClaim(claim, "lies in the future") for claim in claims if claim not in possible]
    weighed = [Claim(claim.value, claim.source, _weight(claim, changes, possible)) for claim in possible]
    best = max(weighed, key=lambda claim: _score(claim, weighed), default=None)
    if best is None:
        return Decision(None, tuple(lost))
    score = _score(best, weighed)
    if score < SURE_ENOUGH:
        return Decision(None, (*lost, *(LostClaim(claim, "not sure enough") for claim in possible)))
    group = [claim for claim in weighed if _same(claim, best)]
    value = _with_shown_day(with_zone(_exact(best, group), group), possible)
    lost += [LostClaim(claim, _reason(claim, best, value)) for claim in possible if claim.source != value.source]
    return Decision(Claim(value.value, value.source, score), tuple(lost))


def decide_modified(claims: Sequence[Claim[Dated]], published: Dated | None) -> Decision[Dated]:
    """The last change: the surest claim that lies after the publication."""
    lost: list[LostClaim[Dated]] = []
    for claim in sorted(claims, key=lambda claim: -claim.confidence):
        if published is None or claim.value.value > published.value:
            lost += [LostClaim(each, "another claim is surer") for each in claims if each is not claim]
            return Decision(claim, tuple(lost))
        lost.append(LostClaim(claim, "does not lie after the publication"))
    return Decision(None, tuple(lost))


def _weight(claim: Claim[Dated], changes: Sequence[Claim[Dated]], claims: Sequence[Claim[Dated]]) -> float:
    own = [each.value.value for each in changes if each.source == claim.source]
    later = any(claim.value.value > change + _SAME for change in own)
    found_change = claim.source in _SEARCHED and any(each.source != "line" and _same(each, claim) for each in changes)
    built = any(abs(claim.value.value - change) <= _MINUTE for change in own) and _is_shown_earlier(claim, claims)
    return claim.confidence * (_DOUBTED if later or found_change or built else 1.0)


def _is_shown_earlier(claim: Claim[Dated], claims: Sequence[Claim[Dated]]) -> bool:
    """Whether the page shows an earlier day.

    Site builders state the last build as publication and as last change alike.
    """
    return any(each.source in _VISIBLE and each.value.value + _SAME < claim.value.value for each in claims)


def _same(one: Claim[Dated], other: Claim[Dated]) -> bool:
    apart = abs(one.value.value - other.value.value)
    exact = one.value.precision == other.value.precision == "day"
    return apart < _SAME and not (exact and apart)


def _score(claim: Claim[Dated], claims: Sequence[Claim[Dated]]) -> float:
    """The confidence in a claim's day: what the kinds of source that state it come to, each once."""
    kinds: dict[str, float] = {}
    for each in claims:
        if each is claim or _same(each, claim):
            kind = _KIND.get(each.source, each.source)
            kinds[kind] = max(kinds.get(kind, 0.0), each.confidence)
    return together(kinds.values())


def _exact(best: Claim[Dated], group: Sequence[Claim[Dated]]) -> Claim[Dated]:
    if best.value.precision == "second":
        return best
    exact = [claim for claim in group if claim.value.precision == "second"]
    return max(exact, key=lambda claim: claim.confidence, default=best)


def with_zone(best: Claim[Dated], group: Sequence[Claim[Dated]]) -> Claim[Dated]:
    """The claim, with the zone that another claim of the same minute names."""
    if best.value.precision == "day" or best.value.offset_minutes:
        return best
    zones = [each.value.offset_minutes for each in group if abs(each.value.value - best.value.value) < _MINUTE]
    return _in_zone(best, next((zone for zone in zones if zone), best.value.offset_minutes))


def _with_shown_day(best: Claim[Dated], claims: Sequence[Claim[Dated]]) -> Claim[Dated]:
    """A claim in UTC, in the zone of the fewest whole hours that leads to the day which the page shows.

    Content systems state UTC to machines and the day by their own clock to readers: late in the evening or early in the
    morning these are two days.
    """
    if best.value.precision == "day":
        return best
    day = best.value.value.date()
    days = {claim.source: claim.value.value.date() for claim in claims if claim.value.precision == "day"}
    shown = {each for source, each in days.items() if source in _SHOWN}
    if offset := best.value.offset_minutes:
        local = (best.value.value + timedelta(minutes=offset)).date()
        seen = {each for source, each in days.items() if source in _VISIBLE}
        return _in_zone(best, 0) if seen == {day} != {local} else best
    since = timedelta(hours=best.value.value.hour + 1)
    if shown == {day - _SAME} and since <= _WEST:
        return _in_zone(best, -since // _MINUTE)
    if shown == {day + _SAME} and _SAME + timedelta(hours=1) - since <= _EAST:
        return _in_zone(best, (_SAME + timedelta(hours=1) - since) // _MINUTE)
    return best


def _in_zone(claim: Claim[Dated], offset: int | None) -> Claim[Dated]:
    return Claim(claim.value.model_copy(update={"offset_minutes": offset}), claim.source, claim.confidence)


def _reason(claim: Claim[Dated], best: Claim[Dated], value: Claim[Dated]) -> str:
    if claim.value.value == value.value.value:
        return "says the same"
    if abs(claim.value.value - best.value.value) < _SAME:
        return "says the same day, less exactly or less surely"
    return "contradicts the claims that weigh more"
