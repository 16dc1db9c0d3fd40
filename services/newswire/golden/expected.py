"""The state that a correct consumer holds after the golden day, told by the events themselves."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_TEXT_FIELDS: Final = ("title", "text", "text_hash")


def expected_state(events: Sequence[Mapping[str, Any]], *, records: int, epoch: str) -> dict[str, Any]:
    """The state after these events, given as JSON objects in the order of their positions, each once.

    ``records`` is how many records a log delivers for them, copies included.
    """
    articles: dict[str, dict[str, Any]] = {}
    feeds: dict[str, dict[str, Any]] = {}
    gaps: dict[str, str] = {}
    drifting: set[tuple[str, str]] = set()
    for event in events:
        kind = event["kind"]
        if "article_id" in event:
            _apply(articles.setdefault(event["article_id"], {"article_id": event["article_id"]}), event)
        elif kind == "coverage-gap":
            gaps[event["id"]] = event["feed"]["url"]
        elif kind == "coverage-restored":
            gaps.pop(event["gap_id"])
        elif kind.startswith("source-"):
            of_signal = (event["source"], event["signal"])
            (drifting.add if kind == "source-drift" else drifting.discard)(of_signal)
        else:
            state = "well" if kind == "feed-recovered" else kind.removeprefix("feed-")
            feeds[event["feed"]["id"]] = {"feed_id": event["feed"]["id"], "url": event["feed"]["url"], "state": state}
    return {
        "epoch": epoch,
        "head": events[-1]["position"],
        "events": len(events),
        "records": records,
        "articles": sorted(articles.values(), key=lambda row: row["url"]),
        "feeds": sorted(feeds.values(), key=lambda row: row["url"]),
        "open_gaps": [{"gap_id": gap_id, "feed_url": url} for gap_id, url in gaps.items()],
        "drifting": [{"source": source, "signal": signal} for source, signal in sorted(drifting)],
    }


def _apply(row: dict[str, Any], event: Mapping[str, Any]) -> None:
    """Apply a change to the row of its article, as the channel of `newswire.changes.v1` describes it."""
    article = event.get("article")
    if article is not None:
        row |= {"url": article["canonical_url"], **{name: article[name] for name in _TEXT_FIELDS}}
    kind = event["kind"]
    if kind == "withdrawn":
        row["state"] = "withdrawn"
        if event["purged"]:
            row |= dict.fromkeys(_TEXT_FIELDS)
    else:
        original = event.get("duplicate_of")
        row["state"] = "duplicate" if original else "published"
        row["duplicate_of"] = original["article_id"] if original else None
    row["revision"] = event["revision"]
