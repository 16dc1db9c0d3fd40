"""Headlines that alternate: a publisher shows two to its readers in turn and keeps the one that is clicked more.

Each headline is told once, when it first appears. One that comes back is told again only when it has stayed: three
looks in a row over half a day. So a test of two headlines makes one revision, however often they alternate, and a
publisher that goes back for good is followed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

MAX_KEPT: Final = 8
STAYS_LOOKS: Final = 3
STAYS_FOR: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Headlines:
    """The headlines that an article has had, as digests: no words of an article are kept here."""

    told: tuple[str, ...] = ()
    """Those of its revisions, oldest first, the newest `MAX_KEPT`."""
    back: str | None = None
    """One of those that the page shows again, while another one stands on the wire."""
    since: datetime | None = None
    looks: int = 0
    """For how many looks in a row the page has shown it."""


NO_HEADLINES: Final = Headlines()


def digest_of(title: str | None) -> str:
    """A digest of a headline as it stands."""
    return sha256((title or "").encode("utf-8", "surrogatepass")).hexdigest()[:16]


def told(headlines: Headlines, *titles: str | None) -> Headlines:
    """The memory after a revision that told these headlines, oldest first."""
    kept = dict.fromkeys(headlines.told)
    for title in titles:
        kept.pop(digest_of(title), None)
        kept[digest_of(title)] = None
    return Headlines(tuple(kept)[-MAX_KEPT:])


def settled(headlines: Headlines) -> Headlines:
    """The memory after a look that showed the headline of the wire: what had come back did not stay."""
    return replace(headlines, back=None, since=None, looks=0) if headlines.back else headlines


def shown_again(headlines: Headlines, title: str | None, now: datetime) -> Headlines | None:
    """The memory after a look that showed ``title`` in the place of the wire's headline.

    None when the headline is to be told: it is a new one, or it came back and has stayed.
    """
    digest = digest_of(title)
    if digest not in headlines.told:
        return None
    if headlines.back != digest or headlines.since is None:
        return replace(headlines, back=digest, since=now, looks=1)
    looks = headlines.looks + 1
    stays = looks >= STAYS_LOOKS and now - headlines.since >= STAYS_FOR
    return None if stays else replace(headlines, looks=looks)
