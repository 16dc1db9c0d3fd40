"""The articles of the golden day: made-up sites, and the texts that they publish."""

from dataclasses import dataclass, replace
from typing import Final

from newswire.events import Feed, feed_id_of


@dataclass(frozen=True, slots=True)
class GoldenArticle:
    """One article of the golden day, as its site publishes it."""

    url: str
    feed: Feed
    title: str | None
    text: str
    published: str | None
    """The time of publication, as hours and minutes of the day; None where the page does not say it."""
    language: str | None = "en"
    authors: tuple[str, ...] = ()


def _feed(url: str, title: str) -> Feed:
    return Feed(id=feed_id_of(url), url=url, title=title)


QUAY: Final = _feed("https://quay.example/feed.xml", "The Quay Post")
UPLAND: Final = _feed("https://upland.example/rss", "Upland Echo")
LOWTOWN: Final = _feed("https://lowtown.example/news.atom", "Lowtown Ledger")
STRAND: Final = _feed("https://strand.example/feed.json", "Strandblatt")
OLD_MILL: Final = _feed("https://oldmill.example/index.rdf", "Old Mill Notes")

_FERRY: Final = (
    "The ferry between Quay Point and the north bank will run again on Tuesday, nine days after its ramp broke.",
    "Divers lifted the broken hinge on Sunday morning, and a workshop in Lowtown cast a new one overnight.",
    "Harbour master Ines Calder said that the first boat leaves at six and that tickets stay valid for a week.",
    "Commuters had to take the long road over the upper bridge, which adds forty minutes to every trip.",
    "The town will inspect the ramp of the south bank in April, before the summer timetable begins.",
)
FERRY: Final = GoldenArticle(
    "https://quay.example/2026/ferry-runs-again",
    QUAY,
    "Ferry runs again after nine days",
    "\n".join(_FERRY),
    "05:40",
    authors=("Mara Teal",),
)
FERRY_CORRECTED: Final = replace(
    FERRY,
    title="Ferry runs again after eleven days",
    text=FERRY.text.replace("nine days", "eleven days")
    + "\nCorrection: an earlier version of this report counted nine days.",
)
FERRY_LAST: Final = replace(
    FERRY_CORRECTED,
    text=FERRY_CORRECTED.text.replace("leaves at six", "leaves at half past six"),
)
FERRY_REPRINT: Final = replace(
    FERRY,
    url="https://lowtown.example/region/north-bank-ferry",
    feed=LOWTOWN,
    title="North bank ferry is back",
    published="06:05",
)
FERRY_CUT: Final = replace(
    FERRY,
    url="https://oldmill.example/n/814",
    feed=OLD_MILL,
    text="\n".join(_FERRY[:4]),
    published="06:10",
    authors=(),
)
ORCHARD: Final = GoldenArticle(
    "https://upland.example/farms/late-frost",
    UPLAND,
    "Late frost spares most orchards",
    "Growers above the valley lit four hundred small fires on Saturday night and saved most of the blossom.\n"
    "Only two orchards near the mill stream lost more than a tenth of their trees, the growers' union reports.\n"
    "Joan Aldous, who keeps pears on the north slope, said that she had last seen such a night as a child.",
    "05:55",
    authors=("Piet Ransome",),
)
ORCHARD_RETITLED: Final = replace(ORCHARD, title="Four hundred fires save the orchards")
DYKE: Final = GoldenArticle(
    "https://strand.example/ort/deich-öffnet",
    STRAND,
    "Deich öffnet für Fußgänger – „endlich“ 🚲",
    "Der neue Weg auf dem Deich ist seit Montag früh offen, zwei Monate später als geplant.\n"
    "Räder müssen bis Ostern geschoben werden, weil an drei Stellen das Geländer fehlt.\n"
    "Die Gemeinde hat dafür 214.000 Euro ausgegeben, 12.000 weniger als im Haushalt standen.",
    "06:00",
    language="de",
)
BELLS: Final = GoldenArticle(
    "https://oldmill.example/n/815",
    OLD_MILL,
    None,
    "Bells at noon tomorrow. Bring your own cup.",
    None,
    language=None,
)
BRIDGE: Final = GoldenArticle(
    "https://upland.example/roads/upper-bridge",
    UPLAND,
    "Upper bridge closes for one night",
    "The upper bridge closes on Thursday from ten in the evening until five in the morning.\n"
    "Workers replace two bearings that were found cracked during the inspection in February.\n"
    "Buses turn at the toll house, and a shuttle takes people on foot across every fifteen minutes.",
    "05:00",
    authors=("Piet Ransome",),
)
BRIDGE_REPRINT: Final = replace(
    BRIDGE,
    url="https://lowtown.example/region/bridge-closed",
    feed=LOWTOWN,
    title="Bridge closed on Thursday night",
    published="07:20",
    authors=(),
)
MARKET: Final = GoldenArticle(
    "https://quay.example/2026/market-hall",
    QUAY,
    "Market hall to be sold, council says",
    "The council wants to sell the market hall to a company that plans forty flats above the stalls.\n"
    "Stallholders were told by letter on Friday and have until the end of May to answer.\n"
    "The price was not named. A vote on the plan is set for the second week of June.",
    "08:40",
)
MARKET_REPRINT: Final = replace(
    MARKET,
    url="https://lowtown.example/region/market-hall",
    feed=LOWTOWN,
    title="Market hall up for sale",
    published="08:52",
)
CLINIC: Final = GoldenArticle(
    "https://lowtown.example/people/night-clinic",
    LOWTOWN,
    "Night clinic treats its first patient",
    "The new night clinic opened on Sunday and treated its first patient before the doors had been painted.\n"
    "The patient, whose name this newspaper printed by mistake, went home in the morning.\n"
    "Two nurses and one doctor work there from eight in the evening until six.",
    "09:30",
)
CLINIC_EDITED: Final = replace(CLINIC, text=CLINIC.text.replace("Two nurses", "Three nurses"))
ARTICLES: Final = (
    FERRY,
    FERRY_REPRINT,
    FERRY_CUT,
    ORCHARD,
    DYKE,
    BELLS,
    BRIDGE,
    BRIDGE_REPRINT,
    MARKET,
    MARKET_REPRINT,
    CLINIC,
)
FEEDS: Final = (QUAY, UPLAND, LOWTOWN, STRAND, OLD_MILL)
